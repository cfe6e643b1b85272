import type { PlatformPlan } from "./platform-plan.ts";
import type { DeploymentPlatform } from "./platforms.ts";

/** What a waiting bot waits for: a named platform of its plan or, last, any. */
export type Stage = DeploymentPlatform | "global";

/** A bot's own plan, stored with its queue entry as it was when the bot was accepted; waits in milliseconds. */
export type WaitPlan = {
  stages: readonly { platform: DeploymentPlatform; waitMs: number }[];
  globalWaitMs: number;
};

/**
 * How long an entry stays admissible when its plan leaves no time at all for its last platform ("0 = place in the
 * first pass or fail"): a deadline equal to the entry's own start could never be met, since an expired entry is
 * not admitted. More than twice the slowest default poll (2 s), so that a first pass always comes before it.
 */
export const FIRST_PASS_MS = 5_000;

/** A cap shorter than the precision with which deadlines are kept is a cap of 0: no wait could be kept to it. */
export const SHORTEST_WAIT_MS = 250;

/**
 * The waits of one bot. A caller's `queueTimeoutMs` (a whole number ≥ 0; undefined = none) caps the total; every
 * wait shrinks in the same proportion, so that each platform is still offered before the bot gives up. Never
 * lengthens a wait.
 */
export function waitPlanFor(plan: PlatformPlan, queueTimeoutMs?: number): WaitPlan {
  const stages = plan.platforms.map((p) => ({ platform: p.platform, waitMs: p.queueTimeoutMs }));
  const total = totalWaitMs({ stages, globalWaitMs: plan.globalQueueTimeoutMs });
  if (queueTimeoutMs === undefined || queueTimeoutMs >= total) {
    return { stages, globalWaitMs: plan.globalQueueTimeoutMs };
  }
  const capMs = queueTimeoutMs < SHORTEST_WAIT_MS ? 0 : queueTimeoutMs;
  let waitedMs = 0;
  let shrunkMs = 0;
  /** Rounds the end of each wait, not its length: nothing adds up to more than the cap or is lost to rounding. */
  const shrink = (waitMs: number): number => {
    const beforeMs = shrunkMs;
    waitedMs += waitMs;
    shrunkMs = Number((BigInt(waitedMs) * BigInt(capMs)) / BigInt(total));
    return shrunkMs - beforeMs;
  };
  return {
    stages: stages.map((s) => ({ ...s, waitMs: shrink(s.waitMs) })),
    globalWaitMs: shrink(plan.globalQueueTimeoutMs),
  };
}

/**
 * The global stage's length as deadlines count it: `FIRST_PASS_MS` when neither it nor the last platform's stage
 * has any, so that the last platform is offered at all.
 */
export function closingWaitMs(plan: WaitPlan): number {
  const lastWaitMs = plan.stages.at(-1)?.waitMs ?? 0;
  return plan.globalWaitMs === 0 && lastWaitMs === 0 ? FIRST_PASS_MS : plan.globalWaitMs;
}

/** The most a bot may wait in all, `FIRST_PASS_MS` aside. 0 = place in the first pass or fail. */
export function totalWaitMs(plan: WaitPlan): number {
  return plan.stages.reduce((sum, s) => sum + s.waitMs, plan.globalWaitMs);
}
