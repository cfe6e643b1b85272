import { type FailureClass, RAMP_MS, rampPermits, TRIAL_DEADLINE_MS } from "@milo/placement";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  type TestMilo,
  testPlan,
  useTestClock,
} from "#server/testing/milo-database.ts";
import { admit } from "./admit.ts";
import { revoke } from "./give-up-attempt.ts";
import { noteLaunchOutcome, noteProbe } from "./platform-breaker.ts";
import { saveHealth } from "./platform-rows.ts";

const REQUEST = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 100 } as const;
const MINUTE_MS = 60_000;

describe("a platform's breaker", () => {
  let milo: TestMilo;
  let sql: Sql;
  let clock: Awaited<ReturnType<typeof useTestClock>>;
  const plan = testPlan({ k8s: 50, aws: 50 });
  beforeEach(async () => {
    milo = await createTestMilo();
    sql = milo.sql;
    clock = await useTestClock(sql);
    await enforcePlan(sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const admitAll = (on: Sql = sql) => admit(on, REQUEST, () => expect.fail("slot clash"));
  const breaker = async () => {
    const [row] = await sql`
      SELECT breaker_state AS state, breaker_failures AS failures, breaker_version AS version, breaker_openings AS openings,
        breaker_reason AS reason FROM platforms WHERE platform = 'k8s'`;
    return row as { state: string; failures: number; version: number; openings: number; reason: string | null };
  };
  const note = (outcome: "started" | FailureClass, deploymentIds: number[] = [], on: Sql = sql) =>
    noteLaunchOutcome(on, { platform: "k8s", deploymentIds, outcome, reason: `it said ${outcome}`, random: 0.5 });
  const probe = (good: boolean, forMs = MINUTE_MS, on: Sql = sql) =>
    noteProbe(on, { platform: "k8s", good, forMs, reason: good ? "answers" : "is down", random: 0.5 });
  async function halfOpen() {
    await note("auth");
    await clock.shift(60 * MINUTE_MS);
    await probe(true);
    expect((await breaker()).state).toBe("half_open");
  }
  async function enqueueSome(count: number) {
    for (let n = 0; n < count; n++) await enqueue(sql, plan);
  }
  async function admitTrial() {
    await enqueueSome(2);
    const [trial, ...more] = await admitAll();
    if (trial === undefined) throw new Error("nothing admitted");
    expect(more).toEqual([]);
    return trial.deploymentId;
  }
  const setPhase = (id: number, phase: string) => sql`UPDATE deployments SET phase = ${phase} WHERE id = ${id}`;
  /** Until that many backends of this database stand at a lock: the interleaving is reached, not guessed. */
  async function untilWaiting(backends: number) {
    for (;;) {
      const [row] = await sql<{ n: number }[]>`
        SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      if ((row?.n ?? 0) >= backends) return;
    }
  }

  it("opens after three failures in a row, whichever replica saw them, and admits nothing then", async () => {
    const [one, two] = [milo.open(1).sql, milo.open(1).sql];
    expect(await note("unavailable", [], one)).toBeNull();
    expect(await note("unknown", [], two)).toBeNull();
    expect(await note("unavailable", [], one)).toEqual({ from: "closed", to: "open", reason: "it said unavailable" });
    await enqueue(sql, plan);
    expect(await admitAll()).toEqual([]);
    const told = await sql`SELECT code, message FROM platform_events`;
    expect(told).toEqual([{ code: "BREAKER_OPEN", message: "K8s takes no new bots: it said unavailable" }]);
  });

  it("loses no failure when two replicas record one at the same moment, and one of them alone tells that it opened", async () => {
    await note("unavailable");
    const [gate, one, two] = [milo.open(1), milo.open(1), milo.open(1)];
    const changes: Promise<unknown>[] = [];
    await gate.sql.begin(async (tx) => {
      await tx`SELECT 1 FROM platforms WHERE platform = 'k8s' FOR NO KEY UPDATE`;
      // Both have read one failure and stand before their write of the second.
      changes.push(note("unavailable", [], one.sql), note("unavailable", [], two.sql));
      await untilWaiting(2);
    });
    const made = await Promise.all(changes);
    expect(made.filter((change) => change !== null)).toHaveLength(1);
    expect(await breaker()).toMatchObject({ state: "open", openings: 1, version: 3 });
  });

  it("is not opened by any number of failures that say nothing against the platform, and not even written", async () => {
    for (const outcome of ["capacity", "throttled", "transient", "invalid", "bot", "lost"] as const) {
      for (let n = 0; n < 5; n++) await note(outcome);
    }
    expect(await breaker()).toMatchObject({ state: "closed", failures: 0, version: 0 });
  });

  it("writes nothing while all goes well", async () => {
    await note("started");
    await probe(true);
    expect((await breaker()).version).toBe(0);
  });

  it("starts its count anew when a bot has started", async () => {
    await note("unavailable");
    await note("unavailable");
    await note("started");
    await note("unavailable");
    expect(await breaker()).toMatchObject({ state: "closed", failures: 1 });
  });

  it("opens when the probe stays bad, and not for one bad answer [vexa#1664]", async () => {
    await probe(false, 0);
    expect((await breaker()).state).toBe("closed");
    await probe(false);
    expect(await breaker()).toMatchObject({ state: "open", reason: "is down" });
  });

  it("knows for how long a platform has been answering so, and starts anew after a gap in the asking", async () => {
    const freshMs = MINUTE_MS;
    const save = (healthy: boolean) => saveHealth(sql, "k8s", { healthy, reason: "" }, freshMs);
    expect(await save(true)).toBe(0);
    await clock.shift(20_000);
    expect(await save(true)).toBeGreaterThanOrEqual(20_000);
    expect(await save(false)).toBe(0);
    await clock.shift(20_000);
    expect(await save(false)).toBeGreaterThanOrEqual(20_000);
    await clock.shift(5 * MINUTE_MS);
    expect(await save(false)).toBe(0);
  });

  it("is half open only when its time is over and the probe has been good for a while", async () => {
    await note("auth");
    expect(await probe(true)).toBeNull();
    await clock.shift(60 * MINUTE_MS);
    expect(await probe(true, 5_000)).toBeNull();
    expect(await probe(true)).toMatchObject({ from: "open", to: "half_open" });
  });

  it("gives a half-open platform one bot in all, however many replicas ask at once", async () => {
    await halfOpen();
    await enqueueSome(5);
    const replicas = [milo.open(1), milo.open(1), milo.open(1)];
    const admitted = await Promise.all(replicas.map((replica) => admitAll(replica.sql)));
    expect(admitted.flat()).toHaveLength(1);
    await setPhase(admitted.flat()[0]?.deploymentId ?? 0, "STARTING");
    // Its verdict is not in yet: the next waits for it.
    expect(await admitAll()).toEqual([]);
  });

  it("ramps up after its trial started, with ever more launches at a time, and closes when all stays well", async () => {
    await halfOpen();
    const trial = await admitTrial();
    expect(await note("started", [trial])).toMatchObject({ to: "ramping" });
    await setPhase(trial, "RUNNING");
    await enqueueSome(20);
    expect(await admitAll()).toHaveLength(1);
    await clock.shift(21_000);
    expect(await admitAll()).toHaveLength(rampPermits(21_000) - 1);
    await clock.shift(RAMP_MS);
    expect(await probe(true)).toMatchObject({ from: "ramping", to: "closed", reason: null });
    expect(await breaker()).toMatchObject({ openings: 0 });
  });

  it("opens again, for longer, when its trial fails, and heeds nothing that had begun before", async () => {
    await enqueueSome(2);
    const [older] = await admitAll();
    await sql`UPDATE deployments SET phase = 'STARTING'`;
    await halfOpen();
    expect(await note("started", [older?.deploymentId ?? 0])).toBeNull();
    expect(await note("unavailable", [older?.deploymentId ?? 0])).toBeNull();
    const trial = await admitTrial();
    expect(await note("unavailable", [trial])).toMatchObject({ from: "half_open", to: "open" });
    expect(await breaker()).toMatchObject({ openings: 2 });
  });

  it("ramps up after a trial that was told the platform is full: that is an answer", async () => {
    await halfOpen();
    expect(await note("capacity", [await admitTrial()])).toMatchObject({ to: "ramping" });
  });

  it("gives another trial when the first came to nothing: its bot was stopped, or a fault passed by", async () => {
    await halfOpen();
    const first = await admitTrial();
    const stopped = { deploymentId: first, fence: null, class: null, reason: "Stopped", nothingExists: true };
    expect(await sql.begin((tx) => revoke(tx, stopped))).toBe(true);
    expect(await admitAll()).toEqual([]);
    expect(await probe(true)).toBeNull();
    const [second] = await admitAll();
    expect(second).toBeDefined();
    await sql.begin((tx) => revoke(tx, { ...stopped, deploymentId: second?.deploymentId ?? 0, class: "transient" }));
    await note("transient", [second?.deploymentId ?? 0]);
    expect((await breaker()).state).toBe("half_open");
  });

  it("opens again when its trial is not accepted by its deadline, and learns from its row what nobody lived to tell", async () => {
    await halfOpen();
    await admitTrial();
    expect(await probe(true)).toBeNull();
    await clock.shift(TRIAL_DEADLINE_MS + 1);
    expect(await probe(true)).toMatchObject({ from: "half_open", to: "open" });
    await sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'failed'`;
    await clock.shift(60 * MINUTE_MS);
    await probe(true);
    const trial = await admitTrial();
    await sql`UPDATE deployments SET phase = 'STARTING', accepted_at = milo_now() WHERE id = ${trial}`;
    expect(await probe(true)).toMatchObject({ from: "half_open", to: "ramping" });
  });
});
