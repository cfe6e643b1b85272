import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkReadiness } from "#server/process/check-readiness.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { type HealthServer, startHealthServer } from "./health-server.ts";
import type { LoopPulse } from "./loop.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { repositories } from "./repositories.ts";
import { createAdmissionReview } from "./review-admissions.ts";

const plan = testPlan({ k8s: 2 });
const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;
const log = pino({ level: "silent" });

describe("the dispatcher's health and metrics", () => {
  let milo: TestMilo;
  let metrics: Metrics;
  let server: HealthServer;
  let nowMs = 1_000;
  let stopping = new AbortController();
  const pulse: LoopPulse = { name: "pass", lastTurnMs: 1_000, maxSilenceMs: 120_000 };
  beforeAll(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    const common = { pulses: () => [pulse], monotonicMs: () => nowMs };
    metrics = createMetrics({ ...common, sql: milo.sql, times: { healthFreshMs: 60_000, dispatcherLeaseMs: 30_000 } });
    const readiness = () => checkReadiness(milo.sql, { started: true, stopping: stopping.signal });
    server = await startHealthServer({ ...common, host: "127.0.0.1", port: 0, metrics, readiness, log });
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
    const problems = ['The loop "pass" has not finished a turn for too long.'];
    expect([red.status, JSON.parse(red.text)]).toEqual([503, { status: "failing", problems, loops: ["pass"] }]);
    pulse.lastTurnMs = nowMs;
    expect(await get("/healthz")).toMatchObject({ status: 200 });
  });

  it("is not ready while it stops, or with a schema that is not its own, and says which", async () => {
    expect(await get("/readyz")).toMatchObject({ status: 200 });
    stopping.abort();
    const stopped = await get("/readyz");
    expect([stopped.status, JSON.parse(stopped.text)]).toEqual([
      503,
      { status: "not_ready", problems: ["It is stopping."] },
    ]);
    stopping = new AbortController();
    await milo.sql`UPDATE drizzle.__drizzle_migrations SET created_at = created_at + 1`;
    const foreign = await get("/readyz");
    expect([foreign.status, foreign.text]).toEqual([503, expect.stringContaining("migrated by a newer milo")]);
    await milo.sql`UPDATE drizzle.__drizzle_migrations SET created_at = created_at - 1`;
    expect(await get("/readyz")).toMatchObject({ status: 200 });
  });

  it("counts slots, the queue and what came of launches", async () => {
    const ids: number[] = [];
    const counted = metrics.countWrites(repositories, (admitted) => ids.push(...admitted));
    for (let i = 0; i < 3; i++) await enqueue(milo.sql, plan);
    const admitted = await counted.admit(milo.sql, ADMIT, () => expect.fail("slot clash"));
    const review = createAdmissionReview({
      sql: milo.sql,
      instruments: metrics.instruments,
      log,
      monotonicMs: () => nowMs,
    });
    review.note(ids);
    await review.turn();
    const [first] = admitted;
    if (first === undefined) throw new Error("none admitted");
    const failure = { deploymentId: first.deploymentId, fence: null, class: "config", reason: "no image" } as const;
    const giveUp = () => counted.giveUpAttempt(milo.sql, { ...failure, nothingExists: true, random: 0 });
    expect([await giveUp(), await giveUp()]).toEqual([true, false]);
    const { text } = await get("/metrics");
    expect(text.split("\n")).toEqual(
      expect.arrayContaining([
        // Nothing was sent for the one given up, so its slot is free.
        'milo_platform_slots_used{platform="k8s"} 1',
        'milo_platform_slots_limit{platform="k8s"} 2',
        'milo_platform_healthy{platform="k8s"} 0',
        'milo_platform_breaker_state{platform="k8s",state="closed"} 1',
        'milo_queue_waiting{reason="capacity"} 2',
        'milo_queue_waiting{reason="held"} 0',
        'milo_bots_admitted_total{platform="k8s",choice="first"} 2',
        'milo_time_to_admit_seconds_count{platform="k8s"} 2',
        'milo_admit_pass_seconds_count{platform="k8s",result="admitted"} 1',
        'milo_admitted_over_limit_total{platform="k8s"} 0',
        'milo_launches_failed_total{class="config"} 1',
        'milo_slots_reclaimed_total{cause="never_sent"} 1',
        "milo_database_up 1",
      ]),
    );
  });

  it("answers 404 elsewhere, and says what is there", async () => {
    expect(await get("/")).toMatchObject({ status: 404, text: expect.stringContaining("/metrics") });
  });
});
