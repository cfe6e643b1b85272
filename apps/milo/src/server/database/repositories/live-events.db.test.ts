import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { type LivePosition, readHeartbeatAges, readNewEvents, readNewestIds } from "./live-events.ts";

/** What buffers cost is the same on every machine; milliseconds are not. */
const MOST_BUFFERS = 50;
const EVENTS = 1_000_000;

describe(`looks for new events among ${EVENTS}`, () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
    const { sql } = milo.open(1);
    await sql`SET statement_timeout = 0`;
    // Foreign keys would be looked up one by one; they say nothing here.
    await sql.unsafe(`
      SET session_replication_role = replica;
      INSERT INTO bot_events (bot_id, at, code, message)
        SELECT 1 + n / 10, now(), 'TEST', 'What happened to a bot, in a sentence' FROM generate_series(1, ${EVENTS}) n;
      INSERT INTO platform_events (platform, at, code, message)
        SELECT 'k8s', now(), 'TEST', 'What happened' FROM generate_series(1, 100000) n`);
    await sql`VACUUM ANALYZE bot_events`;
    await sql`VACUUM ANALYZE platform_events`;
  }, 600_000);
  afterAll(() => milo[Symbol.asyncDispose]());

  const position = (high: number, gaps: LivePosition["bots"]["gaps"] = []): LivePosition => {
    return { bots: { high, gaps }, platforms: { high: 100_000, gaps: [] } };
  };
  it.each<[string, LivePosition]>([
    ["nothing new", position(EVENTS)],
    ["the last hundred", position(EVENTS - 100)],
    ["a full read in the middle of history", position(EVENTS / 2)],
    [
      "gaps",
      position(
        EVENTS,
        [1, 2, 3, 4].map((n) => ({ low: EVENTS - n * 20, high: EVENTS - n * 20 })),
      ),
    ],
  ])("reads %s by an index", async (_, seen) => {
    expect(await buffersOf((sql) => readNewEvents(sql, seen, { most: 500, fence: true }))).toBeLessThanOrEqual(
      MOST_BUFFERS,
    );
  });

  it("finds the newest ids, and heartbeats of what runs, by an index", async () => {
    expect(await buffersOf(readNewestIds)).toBeLessThanOrEqual(MOST_BUFFERS);
    expect(await buffersOf((sql) => readHeartbeatAges(sql, [1, 2, 3]))).toBeLessThanOrEqual(MOST_BUFFERS);
  });

  /** A call's statement is taken as it goes out, and explained with the same values. */
  async function buffersOf(call: (sql: postgres.Sql) => Promise<unknown>): Promise<number> {
    const sent: { query: string; parameters: unknown[] }[] = [];
    const spy = postgres(milo.url, { max: 1, debug: (_, query, parameters) => sent.push({ query, parameters }) });
    await call(spy);
    await spy.end();
    const { query, parameters } = sent.at(-1) ?? expect.fail("nothing was sent");
    const [row] = await milo.sql.unsafe(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`, parameters as never[]);
    const plan = row?.["QUERY PLAN"][0].Plan;
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  }
});
