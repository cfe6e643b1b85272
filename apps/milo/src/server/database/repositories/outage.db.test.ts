import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestMilo, type TestMilo, useTestClock } from "#server/testing/milo-database.ts";
import { forgetOldPresence, stampWeb } from "./outage.ts";

const EVERY = { id: "web-1", everyMs: 5_000 };

/*
 * The feared interleavings of milo's own outage with the clock of a bot's silence. Time is shifted, never waited for.
 */
describe("the clock of a bot's silence", () => {
  let milo: TestMilo;
  let clock: { shift(ms: number): Promise<void> };
  beforeAll(async () => {
    milo = await createTestMilo();
    clock = await useTestClock(milo.sql);
  });
  afterAll(() => milo[Symbol.asyncDispose]());
  beforeEach(async () => {
    await milo.sql`UPDATE web_hearing SET heard_at = NULL`;
    await milo.sql`TRUNCATE web_outages, web_replicas`;
  });

  /** Seconds that count since then; the test's own milliseconds are cut off. */
  const heardSince = async (since: Date) => {
    const [row] = await milo.sql<{ s: number }[]>`SELECT extract(epoch FROM milo_heard_since(${since}))::float8 AS s`;
    return Math.floor(row?.s ?? Number.NaN);
  };
  const now = async () => {
    const [row] = await milo.sql<{ at: Date }[]>`SELECT milo_now() AS at`;
    return row?.at ?? new Date(Number.NaN);
  };
  const stampFor = async (ms: number, id = "web-1") => {
    for (let left = ms; left > 0; left -= 5_000) {
      await clock.shift(Math.min(5_000, left));
      await stampWeb(milo.sql, { ...EVERY, id });
    }
  };

  it("is time itself where no web replica ever stamped: nobody's absence can be told from that", async () => {
    const since = await now();
    await clock.shift(600_000);
    expect(await heardSince(since)).toBe(600);
  });

  it("goes on while any replica stamps, though one after another dies", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await stampFor(60_000, "web-1");
    await stampFor(60_000, "web-2");
    expect(await heardSince(since)).toBe(120);
    expect(await milo.sql`SELECT 1 FROM web_outages`).toHaveLength(0);
  });

  it("stands still from the last stamp on, before anybody could know that an outage has begun", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await stampFor(100_000);
    await clock.shift(14_000);
    expect(await heardSince(since)).toBe(100);
    await clock.shift(3_600_000);
    expect(await heardSince(since)).toBe(100);
  });

  it("counts neither the outage nor the two heartbeats after it, and all the time before and after", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await stampFor(100_000);
    await clock.shift(180_000);
    expect(Math.round((await stampWeb(milo.sql, EVERY)) / 1_000)).toBe(180);
    expect(await heardSince(since)).toBe(100);
    await stampFor(20_000);
    expect(await heardSince(since)).toBe(100);
    await stampFor(30_000);
    expect(await heardSince(since)).toBe(130);
  });

  it("does not begin anew for what was heard in between: an outage within the grace of the last counts once", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    for (const outageMs of [60_000, 30_000]) {
      await clock.shift(outageMs);
      await stampWeb(milo.sql, EVERY);
      await stampFor(5_000);
    }
    await stampFor(25_000);
    expect(await heardSince(since)).toBe(10);
    const overlaps = await milo.sql`
      SELECT 1 FROM web_outages a JOIN web_outages b ON a.began_at < b.began_at AND a.ended_at > b.began_at`;
    expect(overlaps).toHaveLength(0);
  });

  it("is told of an outage once when all replicas come back at the same moment", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await clock.shift(180_000);
    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((id) => stampWeb(milo.open(1).sql, { id, everyMs: 5_000 })),
    );
    expect(answers.filter((ms) => ms > 0)).toHaveLength(1);
    expect(await milo.sql`SELECT 1 FROM web_outages`).toHaveLength(1);
    await stampFor(40_000);
    expect(await heardSince(since)).toBe(20);
  });

  it("counts a frozen machine, dispatcher and web and all, as an outage though nobody was away", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await stampFor(10_000);
    await clock.shift(28_800_000);
    expect(await heardSince(since), "a dispatcher that wakes before the web does").toBe(10);
    await stampWeb(milo.sql, EVERY);
    expect(await heardSince(since), "and after it").toBe(10);
  });

  it("passes over a restart that is shorter than three stamps", async () => {
    await stampWeb(milo.sql, EVERY);
    const since = await now();
    await milo.sql`DELETE FROM web_replicas`;
    await clock.shift(12_000);
    expect(await stampWeb(milo.sql, { ...EVERY, id: "web-2" })).toBe(0);
    expect(await heardSince(since)).toBe(12);
  });

  it("forgets outages and replicas that nothing can ask for any more", async () => {
    await stampWeb(milo.sql, EVERY);
    await clock.shift(180_000);
    await stampWeb(milo.sql, { ...EVERY, id: "web-2" });
    await forgetOldPresence(milo.sql);
    expect(await milo.sql`SELECT 1 FROM web_outages`).toHaveLength(1);
    await clock.shift(8 * 86_400_000);
    await forgetOldPresence(milo.sql);
    expect(await milo.sql`SELECT 1 FROM web_outages`).toHaveLength(0);
    expect(await milo.sql`SELECT 1 FROM web_replicas`).toHaveLength(0);
  });
});
