import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createServices, type Services } from "#server/api/services/index.ts";
import { createTestMilo, enforcePlan, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";

/*
 * Feared: 1. one bot that the database refuses takes the others with it. 2. Two callers insert the same keys in opposite
 * orders and wait for each other. 3. The connection is lost over the statement: what has no key is stored a second time, or
 * what has one is given up.
 */
describe("many bots stored together", () => {
  let milo: TestMilo;
  let services: Services;
  let warned: string[];
  beforeEach(async () => {
    milo = await createTestMilo();
    const plan = testPlan({ k8s: 1, aws: 1 });
    await enforcePlan(milo.sql, plan);
    warned = [];
    const log = pino({ level: "warn" }, { write: (line) => warned.push(line) });
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log });
  });
  afterEach(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });

  const order = (name: string, more: { deduplicationKey?: string; queueTimeoutMs?: number } = {}) =>
    ({ name, meetingPlatform: "zoom", meetingUrl: "https://zoom.example/j/1", priority: 0, ...more }) as const;
  /** Another has a bot with this key, which is not committed before `ask` is over. */
  const holdKey = (key: string, ask: () => Promise<ReturnType<Services["deployment"]["createMany"]>[]>) =>
    milo.open(1).sql.begin(async (tx) => {
      await tx`INSERT INTO bots (name, meeting_platform, meeting_url, status, deduplication_key)
        VALUES ('other', 'zoom', 'https://zoom.example/j/1', 'QUEUED', ${key})`;
      // Not as an array: that would be waited for before the commit.
      return { answers: await ask() };
    });
  const waiters = () => milo.sql<{ pid: number }[]>`
    SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  const names = async () =>
    (
      await milo.sql`SELECT b.name FROM deployment_queue q JOIN bots b ON b.id = q.bot_id ORDER BY q.queued_at, q.id`
    ).map(({ name }) => name);

  it("is one transaction for all that wait by one plan, and queues them in the order asked", async () => {
    const asked = Array.from({ length: 100 }, (_, n) => `n${n}`);
    // Their keys sort in another order.
    await services.deployment.createMany(asked.map((name, n) => order(name, { deduplicationKey: String(999 - n) })));
    expect(await names()).toEqual(asked);
    const [row] = await milo.sql`
      SELECT count(DISTINCT b.xmin::text)::int AS transactions, count(DISTINCT q.bot_id)::int AS queued,
        count(DISTINCT e.bot_id)::int AS told
      FROM bots b JOIN deployment_queue q ON q.bot_id = b.id JOIN bot_events e ON e.bot_id = b.id`;
    expect(row).toEqual({ transactions: 1, queued: 100, told: 100 });
  });

  it("gives each its own wait", async () => {
    const { results } = await services.deployment.createMany([
      order("long"),
      order("short", { queueTimeoutMs: 5_000 }),
      order("long too"),
    ]);
    expect(results.map(({ ok, created }) => [ok, created])).toEqual(Array(3).fill([true, true]));
    const waits = await milo.sql`
      SELECT b.name, extract(epoch FROM q.timeout_at - q.queued_at)::int AS "waitS"
      FROM deployment_queue q JOIN bots b ON b.id = q.bot_id ORDER BY b.name`;
    const [long, again, short] = waits.map(({ waitS }) => waitS as number);
    expect(short).toBe(5);
    expect(long).toBe(again);
    expect(long).toBeGreaterThan(5);
  });

  it("stores the others when the database refuses one", async () => {
    const { results } = await services.deployment.createMany([order("a"), order("b\0"), order("c")]);
    expect(results.map(({ ok, code }) => [ok, code])).toEqual([
      [true, undefined],
      [false, "FAILED"],
      [true, undefined],
    ]);
    expect((await names()).toSorted()).toEqual(["a", "c"]);
  });

  it("never waits for a caller that waits for it, when both bring the same keys in opposite orders", async () => {
    const keys = ["a", "m", "z"].map((key) => order(key, { deduplicationKey: key }));
    // Whoever comes to the key in the middle waits there, and holds what came before it.
    const { answers } = await holdKey("m", async () => {
      const asked = [keys, keys.toReversed()].map((one) => services.deployment.createMany(one));
      await expect.poll(waiters, { timeout: 10_000, interval: 10 }).toHaveLength(2);
      return asked;
    });
    const [one, other] = await Promise.all(answers);
    expect(one?.results.map(({ botId }) => botId)).toEqual(other?.results.map(({ botId }) => botId).toReversed());
    expect(await milo.sql`SELECT name FROM bots ORDER BY name`).toEqual([
      { name: "a" },
      { name: "other" },
      { name: "z" },
    ]);
    expect(warned).toEqual([]);
  });

  it("stores a bot with a key by itself, and none without, when the connection was lost over them", async () => {
    const asked = [order("a", { deduplicationKey: "free" }), order("b", { deduplicationKey: "taken" }), order("c")];
    const { answers } = await holdKey("taken", async () => {
      const answer = services.deployment.createMany(asked);
      await expect.poll(waiters, { timeout: 10_000, interval: 10 }).toHaveLength(1);
      for (const { pid } of await waiters()) await milo.sql`SELECT pg_terminate_backend(${pid})`;
      return [answer];
    });
    const { results } = (await answers[0]) ?? expect.fail("not asked");
    const [a, b, c] = results;
    expect(a).toMatchObject({ ok: true, created: true });
    expect(b).toMatchObject({ ok: true, created: false });
    expect(c).toMatchObject({
      ok: false,
      code: "UNAVAILABLE",
      message: expect.stringMatching(/may have been accepted/),
    });
    expect(await milo.sql`SELECT name FROM bots ORDER BY name`).toEqual([{ name: "a" }, { name: "other" }]);
  });
});
