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
 * The waits of one bot. A caller's `queueTimeoutMs` (undefined = none) caps the total; every wait shrinks in
 * the same proportion, so that each platform is still offered before the bot gives up. Never lengthens a wait.
 */
export function waitPlanFor(plan: PlatformPlan, queueTimeoutMs?: number): WaitPlan {
  const stages = plan.platforms.map((p) => ({ platform: p.platform, waitMs: p.queueTimeoutMs }));
  const total = totalWaitMs({ stages, globalWaitMs: plan.globalQueueTimeoutMs });
  if (queueTimeoutMs === undefined || queueTimeoutMs >= total) {
    return { stages, globalWaitMs: plan.globalQueueTimeoutMs };
  }
  const share = queueTimeoutMs / total;
  const shrunk = stages.map((s) => ({ ...s, waitMs: Math.floor(s.waitMs * share) }));
  const waitedMs = shrunk.reduce((sum, s) => sum + s.waitMs, 0);
  return { stages: shrunk, globalWaitMs: queueTimeoutMs - waitedMs };
}

/** The most a bot may wait in all. 0 = place in the first pass or fail. */
export function totalWaitMs(plan: WaitPlan): number {
  return plan.stages.reduce((sum, s) => sum + s.waitMs, plan.globalWaitMs);
}
