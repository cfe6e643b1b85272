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
 * In how many milliseconds a platform that has been failing for a while will take bots again, in the `share` (between 0
 * and 1) of outages that end soonest; not before it may be tried. As many outages as have lasted so long last twice as
 * long as do not, a third of them three times: the one guess that has no idea of how long an outage is (log-uniform).
 */
export function reopensInMs(failingForMs: number, triedInMs: number, share: number): number {
  return Math.max(0, triedInMs, (failingForMs * share) / (1 - share));
}
