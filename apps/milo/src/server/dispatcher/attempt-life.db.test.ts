import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { repositories as repo } from "#server/dispatcher/repositories.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";

const plan = testPlan({ k8s: 50, aws: 50 });
const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;
const TAKER = { dispatcherId: "d2", leaseMs: 30_000, most: 10 };
const HOUR_MS = 3_600_000;

describe("the life of an attempt", () => {
  let milo: TestMilo;
  beforeAll(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
  });
  afterAll(() => milo[Symbol.asyncDispose]());

  const alarm = () => expect.fail("slot clash");
  async function admitOne(botId: number) {
    const admitted = await repo.admit(milo.sql, ADMIT, alarm);
    const mine = admitted.find((attempt) => attempt.botId === botId);
    if (mine === undefined) throw new Error("not admitted");
    return mine;
  }
  async function toStarting(botId: number) {
    const attempt = await admitOne(botId);
    await repo.markLaunching(milo.sql, [{ ...attempt, request: { image: "bot" } }]);
    await repo.recordIdentifiers(milo.sql, [{ ...attempt, identifier: `job-${attempt.launchKey}` }]);
    await repo.markStarting(milo.sql, [attempt]);
    return attempt;
  }
  async function state(botId: number) {
    const [row] = await milo.sql`
      SELECT b.status, b.status_code, b.status_reason, d.phase, d.outcome, d.failure_class, q.status AS entry, q.stage, q.open_to
      FROM bots b LEFT JOIN deployment_queue q ON q.bot_id = b.id
        LEFT JOIN LATERAL (SELECT * FROM deployments d WHERE d.bot_id = b.id ORDER BY attempt DESC LIMIT 1) d ON true
      WHERE b.id = ${botId}`;
    return row;
  }
  const giveUp = (deploymentId: number, failure: object = {}) =>
    repo.giveUpAttempt(milo.sql, {
      deploymentId,
      fence: null,
      class: "unavailable",
      reason: "down",
      nothingExists: false,
      random: 0,
      ...failure,
    });
  const event = (status: string, id = status) =>
    ({ id, at: new Date().toISOString(), status, code: status }) as Parameters<
      typeof reportEvents
    >[1]["events"][number];

  it.each([
    ["k8s", "K8s"],
    ["aws", "AWS"],
  ] as const)("says of a claim on %s where it was as people know the place", async (platform, name) => {
    const botId = await enqueue(milo.sql, plan);
    await milo.sql`UPDATE deployment_queue SET open_to = ${[platform]} WHERE bot_id = ${botId}`;
    const [attempt] = await repo.admit(milo.sql, { ...ADMIT, platform, most: 1 }, alarm);
    expect(attempt).toMatchObject({ botId });
    const { launchKey = "" } = attempt ?? {};
    await milo.sql`UPDATE deployments SET phase = 'STARTING' WHERE launch_key = ${launchKey}`;
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    const told = await milo.sql`SELECT message FROM bot_events WHERE bot_id = ${botId} AND code = 'CLAIMED'`;
    expect(told).toEqual([{ message: `Its container on ${name} runs and has claimed attempt 1` }]);
  });

  it("goes from the queue through claim and call to DONE, and frees its slot only when it is gone", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    expect(await state(botId)).toMatchObject({ status: "DEPLOYING", phase: "STARTING", entry: "PROCESSING" });
    const claim = await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    expect(claim).toMatchObject({ accepted: true, configuration: { botId, maxDurationMs: HOUR_MS } });
    expect(await state(botId)).toMatchObject({ status: "DEPLOYING", phase: "RUNNING", entry: "DISPATCHED" });
    const boot = { launchKey, bootId: "boot-one" };
    const joined = await reportEvents(milo.sql, { ...boot, events: [event("JOINING_CALL"), event("IN_CALL")] });
    expect(joined).toEqual({ accepted: true, leave: false, status: "IN_CALL" });
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: true, leave: false });
    const done = await reportEvents(milo.sql, { ...boot, events: [event("CALL_ENDED"), event("DONE")] });
    expect(done).toMatchObject({ accepted: true, status: "DONE" });
    expect(await state(botId)).toMatchObject({ status: "DONE", phase: "STOPPING", outcome: "completed" });
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: false, leave: true });
    expect(await repo.confirmGone(milo.sql, deploymentId)).toBe(true);
    expect(await state(botId)).toMatchObject({ phase: "ENDED", outcome: "completed" });
  });

  it("binds the first process for good: a second one is refused, the first may ask again", async () => {
    const { launchKey } = await toStarting(await enqueue(milo.sql, plan));
    const claim = (bootId: string) => claimAttempt(milo.sql, { launchKey, bootId, maxDurationMs: HOUR_MS });
    expect(await claim("boot-one")).toMatchObject({ accepted: true });
    expect(await claim("boot-two")).toMatchObject({ accepted: false, code: "another_process" });
    expect(await claim("boot-one")).toMatchObject({ accepted: true });
    expect(await recordHeartbeat(milo.sql, { launchKey, bootId: "boot-two" })).toEqual({
      accepted: false,
      leave: true,
    });
  });

  it("refuses a claim from the commit of the revoke on, and requeues the bot in the same transaction [meeting-baas#220]", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    expect(await giveUp(deploymentId, { class: "config", reason: "ImagePullBackOff" })).toBe(true);
    expect(await state(botId)).toMatchObject({
      status: "QUEUED",
      phase: "STOPPING",
      entry: "WAITING",
      stage: "aws",
      open_to: ["aws"],
    });
    const claim = await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    expect(claim).toMatchObject({ accepted: false, code: "attempt_over" });
  });

  it("cannot revoke a claimed attempt", async () => {
    const { launchKey, deploymentId } = await toStarting(await enqueue(milo.sql, plan));
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    expect(await giveUp(deploymentId)).toBe(false);
  });

  it("lets exactly one of a claim and a revoke that race win, whichever comes first", async () => {
    for (let round = 0; round < 20; round++) {
      const botId = await enqueue(milo.sql, plan);
      const { launchKey, deploymentId } = await toStarting(botId);
      const [claim, revoked] = await Promise.all([
        claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS }),
        giveUp(deploymentId),
      ]);
      expect(claim?.accepted).toBe(!revoked);
      const boot = { launchKey, bootId: "boot-one" };
      if (!revoked) await reportEvents(milo.sql, { ...boot, events: [event("FATAL")] });
      await repo.confirmGone(milo.sql, deploymentId);
      await stopBot(milo.sql, botId, 1_000);
    }
  });

  it("ignores every write of a holder whose fence was bumped", async () => {
    const botId = await enqueue(milo.sql, plan);
    const old = await admitOne(botId);
    await milo.sql`UPDATE deployments SET lease_until = milo_now() WHERE id = ${old.deploymentId}`;
    const [taken] = await repo.takeOver(milo.sql, { ...TAKER, platforms: ["k8s"] });
    expect(taken).toMatchObject({ deploymentId: old.deploymentId, fence: old.fence + 1 });
    expect([...(await repo.markLaunching(milo.sql, [{ ...old, request: {} }]))]).toEqual([]);
    if (taken === undefined) throw new Error("unreachable");
    expect([...(await repo.markLaunching(milo.sql, [{ ...taken, request: {} }]))]).toEqual([old.deploymentId]);
    expect([...(await repo.recordIdentifiers(milo.sql, [{ ...old, identifier: "x" }]))]).toEqual([]);
    expect(await giveUp(old.deploymentId, { fence: old.fence })).toBe(false);
    expect(await giveUp(old.deploymentId, { fence: taken.fence })).toBe(true);
  });

  it("is taken over, and stopped, only by a dispatcher that has an adapter for its platform", async () => {
    const attempt = await admitOne(await enqueue(milo.sql, plan));
    await repo.markLaunching(milo.sql, [{ ...attempt, request: {} }]);
    await milo.sql`UPDATE deployments SET lease_until = milo_now() WHERE id = ${attempt.deploymentId}`;
    expect(await repo.takeOver(milo.sql, { ...TAKER, platforms: ["aws", "coolify"] })).toEqual([]);
    await giveUp(attempt.deploymentId, { fence: attempt.fence });
    expect(await repo.takeStopping(milo.sql, { ...TAKER, graceMs: 0, platforms: ["aws"] })).toEqual([]);
    const taken = await repo.takeStopping(milo.sql, { ...TAKER, graceMs: 0, platforms: ["k8s"], most: 1_000 });
    expect(taken.map((one) => one.deploymentId)).toContain(attempt.deploymentId);
    await repo.confirmGone(milo.sql, attempt.deploymentId);
  });

  it("records an identifier once [meeboter 22]", async () => {
    const attempt = await admitOne(await enqueue(milo.sql, plan));
    await repo.markLaunching(milo.sql, [{ ...attempt, request: {} }]);
    expect((await repo.recordIdentifiers(milo.sql, [{ ...attempt, identifier: "one" }])).size).toBe(1);
    expect((await repo.recordIdentifiers(milo.sql, [{ ...attempt, identifier: "two" }])).size).toBe(0);
    expect((await repo.recordIdentifiers(milo.sql, [{ ...attempt, identifier: "one" }])).size).toBe(1);
    await giveUp(attempt.deploymentId, { nothingExists: true });
  });

  it("cancels a waiting bot and one whose attempt is not yet claimed, and tells a claimed one to leave [meeboter 18]", async () => {
    await milo.sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed' WHERE phase <> 'ENDED'`;
    const waiting = await enqueue(milo.sql, plan);
    expect(await stopBot(milo.sql, waiting, 1_000)).toBe("cancelled");
    expect(await state(waiting)).toMatchObject({ status: "CANCELLED", entry: "CANCELLED", phase: null });

    const launching = await enqueue(milo.sql, plan);
    const { launchKey } = await toStarting(launching);
    expect(await stopBot(milo.sql, launching, 1_000)).toBe("cancelled");
    expect(await state(launching)).toMatchObject({ status: "CANCELLED", phase: "STOPPING", outcome: "cancelled" });
    const late = await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    expect(late).toMatchObject({ accepted: false });

    const running = await enqueue(milo.sql, plan);
    const attempt = await toStarting(running);
    const boot = { launchKey: attempt.launchKey, bootId: "boot-one" };
    await claimAttempt(milo.sql, { ...boot, maxDurationMs: HOUR_MS });
    expect(await stopBot(milo.sql, running, 0)).toBe("leaving");
    expect(await recordHeartbeat(milo.sql, boot)).toEqual({ accepted: true, leave: true });
    expect(await repo.readDueDeployments(milo.sql)).toContainEqual({
      deploymentId: attempt.deploymentId,
      launchKey: attempt.launchKey,
      platform: "k8s",
      why: "leave_by",
    });
    await repo.giveUpOnLeaving(milo.sql, attempt.deploymentId);
    expect(await state(running)).toMatchObject({ status: "FATAL", status_code: "LEAVE_TIMEOUT", phase: "STOPPING" });
  });

  it("ends a claimed bot whose container is gone without a report, with the exit code in the reason [meeting-baas#191] [meeting-baas#331]", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    const end = {
      deploymentId,
      listedAtMs: Date.now() + 1_000,
      reason: "OOMKilled",
      exitCode: 137,
      infrastructure: false,
    };
    await repo.endObserved(milo.sql, end, { random: 0, policy: "infrastructure" });
    expect(await state(botId)).toMatchObject({
      status: "FATAL",
      phase: "STOPPING",
      outcome: "failed",
      failure_class: "bot",
    });
    expect((await state(botId))?.status_reason).toMatch(/exit code 137.*OOMKilled/);
  });

  it("does not end a bot that spoke in the very moment in which the platform was asked", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    const listedAtMs = Date.now();
    const at = new Date(listedAtMs);
    await milo.sql`INSERT INTO heartbeats (deployment_id, at) VALUES (${deploymentId}, ${at})
      ON CONFLICT (deployment_id) DO UPDATE SET at = excluded.at`;
    const end = { deploymentId, listedAtMs, reason: "not listed", exitCode: null, infrastructure: true };
    await repo.endObserved(milo.sql, end, { random: 0, policy: "infrastructure" });
    expect(await state(botId)).toMatchObject({ status: "DEPLOYING", phase: "RUNNING" });
  });

  it("does not end a bot that has spoken since the platform was asked", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    const listedAtMs = Date.now() - 1_000;
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: HOUR_MS });
    const end = { deploymentId, listedAtMs, reason: "not listed", exitCode: null, infrastructure: true };
    await repo.endObserved(milo.sql, end, { random: 0, policy: "infrastructure" });
    expect(await state(botId)).toMatchObject({ status: "DEPLOYING", phase: "RUNNING" });
  });

  it("is not stopped while its launcher may still be sending, unless the launcher gave it up itself", async () => {
    const attempt = await admitOne(await enqueue(milo.sql, plan));
    await repo.markLaunching(milo.sql, [{ ...attempt, request: {} }]);
    await stopBot(milo.sql, attempt.botId, 1_000);
    const take = async () => {
      const request = { ...TAKER, dispatcherId: "d1", graceMs: 0, platforms: ["k8s" as const], most: 1_000 };
      return (await repo.takeStopping(milo.sql, request)).map((one) => one.deploymentId);
    };
    expect(await take()).not.toContain(attempt.deploymentId);
    await repo.endLease(milo.sql, "d1", { ...attempt, nothingExists: false });
    expect(await take()).toContain(attempt.deploymentId);
    await repo.confirmGone(milo.sql, attempt.deploymentId);
  });

  it("never calls a bot silent that was carried over from before the bot contract", async () => {
    const [bot] = await milo.sql`INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform)
      VALUES ('old', 'zoom', 'https://zoom.example/old', 'IN_CALL', 'coolify') RETURNING id`;
    await milo.sql`
      INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, platform_identifier, reserved_at, claimed_at, start_by)
      VALUES (${bot?.id}, 'coolify', 1, 'bot-old', 'RUNNING', 'app-1', '2026-01-01', '2026-01-01', '2026-01-01')`;
    expect(await repo.readWatched(milo.sql, "coolify", 120_000)).toMatchObject([
      { launchKey: "bot-old", silent: false },
    ]);
  });

  it("gives a bot that never spoke its time before its absence counts: lists lag behind what a platform does", async () => {
    const { launchKey, deploymentId } = await toStarting(await enqueue(milo.sql, plan));
    const silent = async () =>
      (await repo.readWatched(milo.sql, "k8s", 120_000)).find((one) => one.launchKey === launchKey)?.silent;
    expect(await silent()).toBe(false);
    await milo.sql`UPDATE deployments SET accepted_at = milo_now() - interval '121 s' WHERE id = ${deploymentId}`;
    expect(await silent()).toBe(true);
  });

  it("takes any text a bot or a platform may come up with: cut emoji, NUL", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey, deploymentId } = await toStarting(botId);
    expect(await giveUp(deploymentId, { reason: "log ends in \ud83d\u0000", class: "unavailable" })).toBe(true);
    await repo.confirmGone(milo.sql, deploymentId);
    await milo.sql`UPDATE deployment_queue SET open_to = '{k8s}' WHERE bot_id = ${botId}`;
    const second = await toStarting(botId);
    const boot = { launchKey: second.launchKey, bootId: "boot-one" };
    await claimAttempt(milo.sql, { ...boot, maxDurationMs: HOUR_MS });
    const final = { ...event("FATAL"), message: "could not join \ud83d\u0000" };
    expect(await reportEvents(milo.sql, { ...boot, events: [final] })).toMatchObject({
      accepted: true,
      status: "FATAL",
    });
    expect(launchKey).not.toBe(second.launchKey);
  });

  it("repeats an event without effect, and answers a repeated final report as accepted", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { launchKey } = await toStarting(botId);
    const boot = { launchKey, bootId: "boot-one" };
    await claimAttempt(milo.sql, { ...boot, maxDurationMs: HOUR_MS });
    const events = [event("JOINING_CALL"), event("FATAL")];
    expect(await reportEvents(milo.sql, { ...boot, events })).toMatchObject({ accepted: true, status: "FATAL" });
    expect(await reportEvents(milo.sql, { ...boot, events })).toMatchObject({ accepted: true, status: "FATAL" });
    const [row] =
      await milo.sql`SELECT count(*)::int AS n FROM bot_events WHERE bot_id = ${botId} AND reported_id IS NOT NULL`;
    expect(row?.n).toBe(2);
  });

  it("is created once for a deduplication key until it is final [attendee#108] [vexa#1209]", async () => {
    const same = () => enqueue(milo.sql, plan, { deduplicationKey: "meeting-7" });
    const [first, second] = await Promise.all([same(), same()]);
    expect(second).toBe(first);
    await stopBot(milo.sql, first ?? 0, 0);
    expect(await same()).not.toBe(first);
  });
});
