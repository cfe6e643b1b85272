import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import type { LoopPulse } from "./loop.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { repositories } from "./repositories.ts";

const plan = testPlan({ k8s: 2 });
const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;

describe("the dispatcher's health and metrics", () => {
  let milo: TestMilo;
  let metrics: Metrics;
  let server: HealthServer;
  let nowMs = 1_000;
  const pulse: LoopPulse = { name: "pass", lastTurnMs: 1_000, maxSilenceMs: 120_000 };
  beforeAll(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    const common = { pulses: () => [pulse], monotonicMs: () => nowMs };
    metrics = createMetrics({ ...common, sql: milo.sql, healthFreshMs: 60_000 });
    const log = pino({ level: "silent" });
    server = await startHealthServer({ ...common, host: "127.0.0.1", port: 0, metrics, log });
  });
  afterAll(async () => {
    await server.close();
    await milo[Symbol.asyncDispose]();
  });

  const get = async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, text: await response.text() };
  };

  it("turns red and names the loop that stopped ticking, and green when it ticks again [attendee#905]", async () => {
    expect(await get("/healthz")).toMatchObject({ status: 200 });
    nowMs = 1_000 + 120_001;
    const red = await get("/healthz");
    expect([red.status, JSON.parse(red.text)]).toEqual([503, { status: "failing", loops: ["pass"] }]);
    pulse.lastTurnMs = nowMs;
    expect(await get("/healthz")).toMatchObject({ status: 200 });
  });

  it("counts slots, the queue and what came of launches", async () => {
    const counted = metrics.countWrites(repositories);
    for (let i = 0; i < 3; i++) await enqueue(milo.sql, plan);
    const admitted = await counted.admit(milo.sql, ADMIT, () => expect.fail("slot clash"));
    const [first] = admitted;
    if (first === undefined) throw new Error("none admitted");
    const failure = { deploymentId: first.deploymentId, fence: null, class: "config", reason: "no image" } as const;
    const giveUp = () => counted.giveUpAttempt(milo.sql, { ...failure, nothingExists: false, random: 0 });
    expect([await giveUp(), await giveUp()]).toEqual([true, false]);
    const { text } = await get("/metrics");
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        // Nothing was sent for the one given up, so its slot is free.
        'milo_platform_slots_used{platform="k8s"} 1',
        'milo_platform_slots_limit{platform="k8s"} 2',
        'milo_platform_healthy{platform="k8s"} 0',
        "milo_queue_waiting 2",
        'milo_bots_admitted_total{platform="k8s"} 2',
        'milo_launches_failed_total{class="config"} 1',
      ]),
    );
  });

  it("answers 404 elsewhere, and says what is there", async () => {
    expect(await get("/")).toMatchObject({ status: 404, text: expect.stringContaining("/metrics") });
  });
});
