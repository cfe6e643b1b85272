import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { type Pruned, pruneHistory } from "./prune-history.ts";

const DAY_MS = 86_400_000;
const KEEP = { keepMs: 30 * DAY_MS, most: 500 };

describe("history that is too old", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
  });
  afterAll(() => milo[Symbol.asyncDispose]());
  beforeEach(
    () => milo.sql`TRUNCATE bots, deployments, deployment_queue, bot_events, heartbeats, platform_events, web_outages`,
  );

  /** Bots that ended `days` ago, each with all that a bot leaves behind; answers their ids. */
  async function ended(count: number, days: number, status = "DONE"): Promise<number[]> {
    const rows = await milo.sql<{ id: number }[]>`
      WITH bot AS (
        INSERT INTO bots (name, meeting_platform, meeting_url, status, created_at, finished_at)
          SELECT 'old', 'zoom', 'https://zoom.example/1', ${status}, milo_now() - make_interval(days => ${days}, hours => 1),
            milo_now() - make_interval(days => ${days}) FROM generate_series(1, ${count}) RETURNING id, finished_at),
      entry AS (
        INSERT INTO deployment_queue (bot_id, timeout_at, status, plan)
          SELECT id, finished_at, 'DISPATCHED', '{"stages":[],"globalWaitMs":0}' FROM bot RETURNING id, bot_id),
      attempt AS (
        INSERT INTO deployments (bot_id, queue_entry_id, platform, attempt, launch_key, phase, outcome, reserved_at, start_by, ended_at)
          SELECT bot.id, entry.id, 'k8s', 1, 'key-' || bot.id, 'ENDED', 'completed', finished_at, finished_at, finished_at
          FROM bot JOIN entry ON entry.bot_id = bot.id RETURNING id, bot_id),
      beat AS (INSERT INTO heartbeats SELECT id, milo_now() FROM attempt),
      event AS (
        INSERT INTO bot_events (bot_id, deployment_id, at, code, message)
          SELECT bot_id, id, milo_now(), 'ENDED', 'It ended' FROM attempt, generate_series(1, 3))
      SELECT id FROM bot ORDER BY id`;
    return rows.map((row) => row.id);
  }
  const left = async () => (await milo.sql<{ id: number }[]>`SELECT id FROM bots ORDER BY id`).map((row) => row.id);
  const count = async (table: string) => (await milo.sql.unsafe(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;
  async function pruneAll(request = KEEP): Promise<Pruned[]> {
    const batches: Pruned[] = [];
    for (let afterBotId: number | null = 0; afterBotId !== null; ) {
      const pruned = await pruneHistory(milo.sql, { ...request, afterBotId });
      batches.push(pruned);
      afterBotId = pruned.nextBotId;
    }
    return batches;
  }

  it("goes with all that is known of it, and nothing else goes", async () => {
    for (const status of ["DONE", "FATAL", "CANCELLED"]) await ended(2, 31, status);
    const kept = await ended(3, 29);
    await pruneAll();
    expect(await left()).toEqual(kept);
    const rows = await Promise.all(["deployment_queue", "deployments", "heartbeats", "bot_events"].map(count));
    expect(rows).toEqual([3, 3, 3, 9]);
  });

  it("never takes a bot that is not final, one whose container may be there, or one that ended late", async () => {
    const [calling = 0, stuck = 0, late = 0, gone = 0] = await ended(4, 31);
    await milo.sql`UPDATE bots SET status = 'IN_CALL', finished_at = NULL WHERE id = ${calling}`;
    await milo.sql`UPDATE deployments SET phase = 'STOPPING', ended_at = NULL, outcome = NULL WHERE bot_id = ${stuck}`;
    await milo.sql`UPDATE bots SET finished_at = milo_now() - interval '1 day' WHERE id = ${late}`;
    await pruneAll();
    expect(await left()).toEqual([calling, stuck, late]);
    expect(gone).toBeGreaterThan(0);
  });

  it("goes in batches, past what must stay", async () => {
    const stay = await ended(7, 31);
    await milo.sql`UPDATE bots SET status = 'IN_CALL' WHERE id = ANY(${stay}::int[])`;
    await ended(8, 31);
    const recent = await ended(4, 1);
    const batches = await pruneAll({ ...KEEP, most: 5 });
    expect(batches.map((batch) => batch.bots)).toEqual([0, 3, 5, 0]);
    expect(await left()).toEqual([...stay, ...recent]);
  });

  it("is cleared away by one dispatcher at a time, and waits for nobody who holds a bot", async () => {
    const [held = 0, free = 0] = await ended(2, 31);
    await milo.sql.begin(async (other) => {
      await other`SELECT FROM bots WHERE id = ${held} FOR UPDATE`;
      await pruneAll();
      expect(await left()).toEqual([held]);
      await other`SELECT pg_advisory_xact_lock(7061994)`;
      expect(await pruneAll()).toEqual([{ bots: 0, nextBotId: null }]);
    });
    await pruneAll();
    expect(await left()).toEqual([]);
    expect(free).toBeGreaterThan(held);
  });

  it("of the platforms goes as well: workloads nobody owned, their events, outages", async () => {
    await milo.sql.unsafe(`
      INSERT INTO deployments (platform, attempt, launch_key, phase, outcome, reserved_at, start_by, ended_at)
        SELECT 'aws', 1, 'orphan-' || n, 'ENDED', 'lost', t, t, t
        FROM unnest(ARRAY[31, 29]) n, LATERAL (SELECT milo_now() - make_interval(days => n) AS t) at;
      INSERT INTO platform_events (platform, at, code, message)
        SELECT 'k8s', milo_now() - make_interval(days => n), 'X', 'x' FROM unnest(ARRAY[31, 29]) n;
      INSERT INTO web_outages
        SELECT milo_now() - make_interval(days => n, hours => 1), milo_now() - make_interval(days => n) FROM unnest(ARRAY[31, 29]) n`);
    await pruneAll();
    expect(await Promise.all(["deployments", "platform_events", "web_outages"].map(count))).toEqual([1, 1, 1]);
  });

  it("costs the same however much there is: no table is read from end to end", async () => {
    await ended(3_000, 31);
    const tables = ["bots", "deployments", "deployment_queue", "bot_events", "heartbeats"];
    for (const table of tables) await milo.sql.unsafe(`ANALYZE ${table}`);
    const one = milo.open(1);
    // What a connection counted is seen by others later, at the latest when it ends.
    const others = () =>
      one.sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
    for (const { pid } of await others()) await one.sql`SELECT pg_terminate_backend(${pid})`;
    await expect.poll(async () => (await others()).length).toBe(0);
    const scans = async () => {
      await one.sql`SELECT pg_stat_force_next_flush()`;
      return one.sql`SELECT relname, seq_scan::int FROM pg_stat_user_tables WHERE relname = ANY(${tables}) ORDER BY 1`;
    };
    const before = await scans();
    expect(await pruneHistory(one.sql, { ...KEEP, most: 50, afterBotId: 0 })).toMatchObject({ bots: 50 });
    await scans();
    expect(await scans()).toEqual(before);
  });
});
