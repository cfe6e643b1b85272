import pino from "pino";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";

const HOUR_MS = 3_600_000;

describe("the figures of the queue", () => {
  let milo: TestMilo;
  let spy: postgres.Sql;
  let services: Services;
  let reads: number;
  const plan = testPlan({ k8s: 1 });
  const infra = () => createCaller({ services }).infrastructure;
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    reads = 0;
    spy = postgres(milo.url, {
      max: 4,
      debug: (_connection, query) => {
        if (query.includes("deployment_queue")) reads++;
      },
    });
    services = createServices({ sql: spy, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
  });
  afterEach(async () => {
    await services.hybrid.close();
    await spy.end();
    await milo[Symbol.asyncDispose]();
  });

  it("are read once for all that a page asks at once, whichever of it asks first", async () => {
    await enqueue(milo.sql, plan);
    await enqueue(milo.sql, plan);
    const [usage, stats] = await Promise.all([infra().getUsageHistory({ windowMs: HOUR_MS }), infra().getQueueStats()]);
    expect(usage.points.at(-1)?.waiting).toBe(2);
    expect(stats).toMatchObject({ total: 2, oldest: expect.any(Date), avgWaitMs: expect.any(Number) });
    expect(reads).toBe(1);
    await Promise.all([infra().getQueueStats(), infra().getUsageHistory({ windowMs: HOUR_MS })]);
    expect(reads).toBe(2);
  });

  it("are of a moment after they were asked for: what was queued before is in them", async () => {
    const earlier = infra().getQueueStats();
    await enqueue(milo.sql, plan);
    expect(await infra().getQueueStats()).toMatchObject({ total: 1 });
    expect(reads).toBe(2);
    await earlier;
  });

  it("say how long bots have waited on average, of one that has for days as well", async () => {
    for (const ago of ["3 days 1 second", "1 minute", "0"]) {
      const botId = await enqueue(milo.sql, plan);
      await milo.sql`UPDATE deployment_queue SET queued_at = milo_now() - ${ago}::interval WHERE bot_id = ${botId}`;
    }
    const { avgWaitMs } = await infra().getQueueStats();
    const expectedMs = (3 * 24 * HOUR_MS + 61_000) / 3;
    expect(avgWaitMs).toBeGreaterThanOrEqual(expectedMs);
    expect(avgWaitMs).toBeLessThan(expectedMs + 30_000);
  });

  it("are told to whoever asks next when they could not be read", async () => {
    await milo.sql`ALTER TABLE deployment_queue RENAME TO away`;
    await expect(infra().getQueueStats()).rejects.toThrow();
    await milo.sql`ALTER TABLE away RENAME TO deployment_queue`;
    expect(await infra().getQueueStats()).toEqual({ total: 0, oldest: null, avgWaitMs: 0 });
  });
});
