import type { DeploymentPlatform } from "./platforms.ts";
import type { StageState } from "./stage-policy.ts";

/** In how many milliseconds an entry may use a platform of its plan, as things stand; 0 = now. */
export type Opening = { platform: DeploymentPlatform; inMs: number };

/** When each platform of its plan opens to an entry if nothing but time moves it on. What `openTo` says now is 0. */
export function openTimes(state: StageState, nowMs: number): readonly Opening[] {
  const { plan, stage, stageEndsAtMs, bars, notBeforeMs } = state;
  const reached = stage === "global" ? plan.stages.length : plan.stages.findIndex((s) => s.platform === stage) + 1;
  let endsAtMs = stage === "global" ? nowMs : (stageEndsAtMs ?? nowMs);
  const fromMs = plan.stages.map((s, place) => {
    if (place < reached) return nowMs;
    const opensAtMs = endsAtMs;
    endsAtMs += s.waitMs;
    return opensAtMs;
  });
  return plan.stages.map(({ platform }, place) => {
    const barredMs = bars.filter((b) => b.platform === platform).map((b) => b.untilMs ?? endsAtMs);
    const atMs = Math.max(nowMs, fromMs[place] ?? nowMs, notBeforeMs ?? nowMs, ...barredMs);
    return { platform, inMs: atMs - nowMs };
  });
}

/**
 * In how many milliseconds a platform whose breaker has been open for a while will take bots again: an outage is
 * expected to last as long again as it has lasted, and not to end before it may be tried.
 */
export function reopensInMs(openForMs: number, triedInMs: number): number {
  return Math.max(0, triedInMs, openForMs);
}
