import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { createTestContext } from "#server/testing/test-dispatcher.ts";
import type { DispatcherContext } from "./context.ts";
import { launchAttempt } from "./launch.ts";
import { createLaunchLane } from "./launch-lane.ts";
import { runPass } from "./pass.ts";
import { takeOverLaunches } from "./take-over.ts";

const plan = testPlan({ k8s: 5, aws: 5 });

describe("launching", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
    await enforcePlan(milo.sql, plan);
    await enqueue(milo.sql, plan);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const contextOf = (overrides: Partial<DispatcherContext> = {}) =>
    createTestContext(milo.sql, plan, [k8s], overrides).then(({ context }) => context);
  async function admitFirst(ctx: DispatcherContext) {
    const [attempt] = (await runPass(ctx)).admitted;
    if (attempt === undefined) throw new Error("nothing admitted");
    return { ...attempt, sent: null };
  }
  async function launchFirst(ctx: DispatcherContext) {
    const attempt = await admitFirst(ctx);
    await launchAttempt(ctx, createLaunchLane(ctx), attempt);
    return attempt;
  }
  const row = async () => (await milo.sql`SELECT * FROM deployments WHERE attempt = 1`)[0];
  const endLeases = () => milo.sql`UPDATE deployments SET lease_until = milo_now()`;

  it("records the identifier before it starts anything, and is STARTING once the platform has accepted [vexa#261]", async () => {
    const order: string[] = [];
    const ctx = await contextOf({
      failpoint: async (name) => {
        if (name === "launch:recorded") order.push(`recorded ${(await row())?.platform_identifier}`);
        if (name === "launch:started") order.push(`started ${k8s.workloads.values().next().value?.state}`);
      },
    });
    const { launchKey } = await launchFirst(ctx);
    expect(order).toEqual([`recorded k8s/${launchKey}`, "started running"]);
    expect(await row()).toMatchObject({ phase: "STARTING", lease_owner: null, request: { name: launchKey } });
  });

  it("leaves what it made inert when the attempt was revoked meanwhile: nothing is ever started for it", async () => {
    const ctx = await contextOf({
      failpoint: async (name) => {
        if (name === "launch:created") await milo.sql`UPDATE deployments SET phase = 'STOPPING', fence = fence + 1`;
      },
    });
    const { launchKey } = await launchFirst(ctx);
    expect(k8s.workloads.get(launchKey)).toMatchObject({ state: "inert" });
    expect(await row()).toMatchObject({ phase: "STOPPING", platform_identifier: null });
  });

  it("sends nothing once its own lease has run out, whoever froze it", async () => {
    let nowMs = 0;
    const ctx = await contextOf({ monotonicMs: () => nowMs });
    const attempt = await admitFirst(ctx);
    nowMs += ctx.times.dispatcherLeaseMs + 1;
    await launchAttempt(ctx, createLaunchLane(ctx), attempt);
    expect(k8s.creates).toEqual([]);
  });

  it("stays RUNNING when the bot claimed before the platform's answer arrived", async () => {
    const ctx = await contextOf({
      failpoint: async (name) => {
        const launchKey = k8s.creates[0] ?? "";
        if (name === "launch:created")
          await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: 1 });
      },
    });
    await launchFirst(ctx);
    expect(await row()).toMatchObject({ phase: "RUNNING", boot_id: "boot-one" });
    expect((await row())?.platform_identifier).toMatch(/^k8s\//);
  });

  const stopMeanwhile = (more = async () => {}) =>
    contextOf({
      failpoint: async (name) => {
        if (name !== "launch:before-give-up") return;
        await more();
        await milo.sql`UPDATE deployments SET phase = 'STOPPING', fence = fence + 1, stopping_at = milo_now(), outcome = 'cancelled'`;
      },
    });

  it("frees the slot at once when its one send was refused while it was being stopped", async () => {
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "full" });
    await launchFirst(await stopMeanwhile());
    expect(await row()).toMatchObject({ phase: "ENDED", outcome: "cancelled", lease_owner: null });
  });

  it("does not when another dispatcher may have sent it meanwhile, or an earlier send may have had its effect", async () => {
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "full" });
    await launchFirst(await stopMeanwhile(async () => void (await milo.sql`UPDATE deployments SET fence = fence + 1`)));
    expect(await row()).toMatchObject({ phase: "STOPPING" });
    await milo.sql`DELETE FROM deployments`;
    await milo.sql`UPDATE bots SET status = 'QUEUED', attempts = 0`;
    await milo.sql`UPDATE deployment_queue SET status = 'WAITING'`;
    k8s.nextCreates.push({ kind: "unknown", reason: "timed out" }, { kind: "failed", class: "auth", reason: "401" });
    await launchFirst(await stopMeanwhile());
    expect(await row()).toMatchObject({ phase: "STOPPING" });
  });

  it("frees the slot at once after a definite refusal of the first send", async () => {
    k8s.nextCreates.push({ kind: "failed", class: "config", reason: "no such namespace" });
    await launchFirst(await contextOf());
    expect(await row()).toMatchObject({ phase: "ENDED", outcome: "never_launched", failure_class: "config" });
  });

  it("keeps the slot after the refusal of a repeated send: the first one may have taken effect", async () => {
    k8s.nextCreates.push({ kind: "unknown", reason: "timed out" });
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "exceeded quota" });
    await launchFirst(await contextOf({ sleep: async () => {} }));
    expect(await row()).toMatchObject({ phase: "STOPPING", failure_class: "capacity" });
  });

  it("keeps the slot after the refusal of a changed request, too, when an earlier send may have taken effect", async () => {
    k8s.nextCreates.push({ kind: "unknown", reason: "timed out" });
    k8s.nextCreates.push({ kind: "retry_as", request: { name: "on-demand" }, reason: "no Spot capacity" });
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "no capacity" });
    await launchFirst(await contextOf({ sleep: async () => {} }));
    expect(await row()).toMatchObject({ phase: "STOPPING", failure_class: "capacity" });
  });

  it("holds up only the launch whose bot's row is locked, not those written together with it", async () => {
    await enqueue(milo.sql, plan);
    const ctx = await contextOf();
    const attempts = (await runPass(ctx)).admitted.map((one) => ({ ...one, sent: null }));
    const locker = milo.open(1).sql;
    const done: number[] = [];
    let later: Promise<unknown> = Promise.resolve();
    await locker.begin(async (tx) => {
      await tx`SET LOCAL idle_in_transaction_session_timeout = 0`;
      await tx`SELECT 1 FROM bots WHERE id = ${attempts[0]?.botId ?? 0} FOR UPDATE`;
      const lane = createLaunchLane(ctx);
      const launches = attempts.map((one) => launchAttempt(ctx, lane, one).then(() => done.push(one.botId)));
      await launches[1];
      later = Promise.all(launches);
    });
    await later;
    expect(done[0]).toBe(attempts[1]?.botId);
    const phases = await milo.sql`SELECT phase FROM deployments`;
    expect(phases.map((one) => one.phase)).toEqual(["STARTING", "STARTING"]);
  });

  it("stores a changed request before it sends it [twenty#22908]", async () => {
    k8s.nextCreates.push({ kind: "retry_as", request: { name: "on-demand" }, reason: "no Spot capacity" });
    let stored: unknown;
    const ctx = await contextOf({
      failpoint: async (name) => {
        if (name === "launch:changed") stored = (await row())?.request;
      },
    });
    await launchFirst(ctx);
    expect(stored).toEqual({ name: "on-demand" });
    expect(k8s.creates[1]).toBe("on-demand");
  });

  it("backs a platform off that says it is full, and lets it be probed again after success", async () => {
    k8s.nextCreates.push({ kind: "failed", class: "capacity", reason: "no node" });
    await launchFirst(await contextOf());
    const platform = async () => (await milo.sql`SELECT * FROM platforms WHERE platform = 'k8s'`)[0];
    expect(await platform()).toMatchObject({ capacity_refusals: 1, breaker_open_until: null });
    expect((await platform())?.admit_not_before).not.toBeNull();
    await milo.sql`UPDATE platforms SET admit_not_before = NULL`;
    await enqueue(milo.sql, plan);
    const second = (await runPass(await contextOf())).admitted.find((a) => a.platform === "k8s");
    if (second === undefined) throw new Error("not probed");
    const ctx = await contextOf({ leases: { grant() {}, renew() {}, holds: () => true, drop() {}, ids: () => [] } });
    await launchAttempt(ctx, createLaunchLane(ctx), { ...second, sent: null });
    expect(await platform()).toMatchObject({ capacity_refusals: 0, admit_not_before: null });
  });

  it("takes over a dead dispatcher's launch by sending the very same request again", async () => {
    const dead = await contextOf({
      failpoint: async (name) => {
        if (name === "launch:created") throw new Error("killed");
      },
    });
    await expect(launchFirst(dead)).rejects.toThrow("killed");
    await endLeases();
    const heir = await contextOf();
    const [attempt] = await takeOverLaunches(heir);
    if (attempt === undefined) throw new Error("nothing taken over");
    expect(attempt.sent).toEqual({ request: { name: attempt.launchKey }, identifier: null });
    await launchAttempt(heir, createLaunchLane(heir), attempt);
    expect(await row()).toMatchObject({ phase: "STARTING", fence: 2 });
    expect(k8s.workloads.size).toBe(1);
  });

  it("starts the workload that was recorded, and never asks for another, when its holder died before the start", async () => {
    const dead = await contextOf({
      failpoint: async (name) => {
        if (name === "launch:recorded") throw new Error("killed");
      },
    });
    await expect(launchFirst(dead)).rejects.toThrow("killed");
    // A platform without unique names would now settle on the other of two: the recorded one is the attempt's for good.
    k8s.nextCreates.push({ kind: "created", identifier: "k8s/its-twin", adopted: true });
    await endLeases();
    const heir = await contextOf();
    const [attempt] = await takeOverLaunches(heir);
    if (attempt === undefined) throw new Error("nothing taken over");
    await launchAttempt(heir, createLaunchLane(heir), attempt);
    expect(await row()).toMatchObject({ phase: "STARTING", platform_identifier: `k8s/${attempt.launchKey}` });
    expect(k8s.workloads.get(attempt.launchKey)?.state).toBe("running");
    expect(k8s.creates).toHaveLength(1);
  });

  it("goes on after a takeover although the old holder wakes up at any point of its launch [meeboter 13]", async () => {
    const points = ["launch:marked", "launch:created", "launch:recorded", "launch:started", "launch:before-give-up"];
    for (const point of points) {
      await milo.sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed' WHERE phase <> 'ENDED'`;
      await enqueue(milo.sql, plan);
      if (point === "launch:before-give-up") k8s.nextCreates.push({ kind: "failed", class: "auth", reason: "401" });
      const heir = await contextOf();
      const frozen = await contextOf({
        failpoint: async (name) => {
          if (name !== point) return;
          await endLeases();
          const [taken] = await takeOverLaunches(heir);
          if (taken !== undefined) await launchAttempt(heir, createLaunchLane(heir), taken);
        },
      });
      const { deploymentId, launchKey } = await launchFirst(frozen);
      const [after] = await milo.sql`SELECT phase FROM deployments WHERE id = ${deploymentId}`;
      expect(after?.phase, point).toBe("STARTING");
      expect(k8s.workloads.get(launchKey)?.state, point).toBe("running");
    }
  });
});
