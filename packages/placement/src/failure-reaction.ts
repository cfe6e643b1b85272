import { backoffMs } from "./backoff.ts";
import type { LaunchFailureClass } from "./failure-class.ts";
import type { DeploymentPlatform } from "./platforms.ts";
import { type Bar, leaveStage, type StageState } from "./stage-policy.ts";

/** Tries on one platform for faults that pass by themselves; the next platform is worth more than a fourth. */
export const MAX_SAME_PLATFORM_TRIES = 3;
/** First back-off after a passing fault: longer than a blip, far shorter than any default stage. */
export const RETRY_BASE_MS = 1_000;
export const RETRY_CAP_MS = 15_000;
/** Back-off of one entry on a platform that said it is full; the platform row backs off by itself as well. */
export const CAPACITY_BAR_BASE_MS = 5_000;
export const CAPACITY_BAR_CAP_MS = 60_000;
/** Failed attempts in the global stage (being out of capacity aside) after which the bot ends FATAL. */
export const MAX_GLOBAL_FAILURES = 6;

/** What an entry has been through, kept with it. */
export type FailureHistory = {
  /** Passing faults on each platform since the entry last gave up on it; being full does not reset them. */
  tries: Partial<Record<DeploymentPlatform, number>>;
  /** Times each platform answered that it is full. */
  capacityRefusals: Partial<Record<DeploymentPlatform, number>>;
  /** Platforms that refused our request as malformed. */
  invalidOn: readonly DeploymentPlatform[];
  /** Failures counted against MAX_GLOBAL_FAILURES. */
  globalFailures: number;
};

export const NO_FAILURES: FailureHistory = { tries: {}, capacityRefusals: {}, invalidOn: [], globalFailures: 0 };

export type LaunchFailure = {
  platform: DeploymentPlatform;
  class: LaunchFailureClass;
  reason: string;
  /** What the platform asked for (Retry-After), in milliseconds: no retry there is earlier. */
  retryAfterMs?: number;
};

export type FailureReaction =
  | { kind: "wait"; state: StageState; history: FailureHistory; advanced: boolean }
  | { kind: "fatal"; code: "request_refused" | "attempts_exhausted"; history: FailureHistory }
  | { kind: "expired" };

/**
 * What becomes of an entry whose attempt failed, or was revoked, before its claim (design §7's table).
 * `random` in [0, 1) spreads the back-offs. Pure: the caller stores the answer.
 */
export function reactToLaunchFailure(
  state: StageState,
  history: FailureHistory,
  failure: LaunchFailure,
  nowMs: number,
  random: number,
): FailureReaction {
  if (nowMs >= state.timeoutAtMs) return { kind: "expired" };
  switch (failure.class) {
    case "capacity":
      return afterCapacity(state, history, failure, nowMs, random);
    case "throttled":
    case "transient":
      return afterPassingFault(state, history, failure, nowMs, random);
    case "invalid":
      return afterInvalid(state, history, failure, nowMs);
    case "unavailable":
    case "config":
    case "auth":
    case "unknown":
      return moveOn(state, history, failure, nowMs, random);
  }
}

function afterCapacity(
  state: StageState,
  history: FailureHistory,
  failure: LaunchFailure,
  nowMs: number,
  random: number,
): FailureReaction {
  const refusals = (history.capacityRefusals[failure.platform] ?? 0) + 1;
  const waitMs = backoffMs(refusals, { baseMs: CAPACITY_BAR_BASE_MS, capMs: CAPACITY_BAR_CAP_MS, random });
  const counted = { ...history, capacityRefusals: { ...history.capacityRefusals, [failure.platform]: refusals } };
  const barred = withBar(state, { platform: failure.platform, untilMs: nowMs + waitMs, reason: failure.reason });
  return leaveOwnStage(barred, counted, failure.platform, nowMs);
}

function afterPassingFault(
  state: StageState,
  history: FailureHistory,
  failure: LaunchFailure,
  nowMs: number,
  random: number,
): FailureReaction {
  const tries = (history.tries[failure.platform] ?? 0) + 1;
  const waitMs = backoffMs(tries, { baseMs: RETRY_BASE_MS, capMs: RETRY_CAP_MS, random });
  const retryAtMs = nowMs + Math.max(waitMs, failure.retryAfterMs ?? 0);
  const endsAtMs = state.stageEndsAtMs ?? state.timeoutAtMs;
  if (tries >= MAX_SAME_PLATFORM_TRIES || retryAtMs >= endsAtMs) {
    return moveOn(state, history, failure, nowMs, random);
  }
  const counted = { ...history, tries: { ...history.tries, [failure.platform]: tries } };
  // Only this platform rests: a place on another one that the entry is open to is not lost meanwhile.
  const barred = withBar(state, { platform: failure.platform, untilMs: retryAtMs, reason: failure.reason });
  return { kind: "wait", state: barred, history: counted, advanced: false };
}

function afterInvalid(
  state: StageState,
  history: FailureHistory,
  failure: LaunchFailure,
  nowMs: number,
): FailureReaction {
  const others = state.plan.stages.some((s) => s.platform !== failure.platform);
  const again = history.invalidOn.length > 0;
  const tries = { ...history.tries, [failure.platform]: 0 };
  const counted = { ...history, tries, invalidOn: [...history.invalidOn, failure.platform] };
  // A request that two platforms call malformed is our fault, and no third will take it.
  if (again || !others) return { kind: "fatal", code: "request_refused", history: counted };
  // Barred for the rest of its wait, the global stage included, so that the second opinion comes from another.
  const barred = withBar(state, { platform: failure.platform, untilMs: state.timeoutAtMs, reason: failure.reason });
  return leaveOwnStage(barred, counted, failure.platform, nowMs);
}

/** Next platform now; in the global stage, where there is no next, back off and count. */
function moveOn(
  state: StageState,
  history: FailureHistory,
  failure: LaunchFailure,
  nowMs: number,
  random: number,
): FailureReaction {
  const counted = { ...history, tries: { ...history.tries, [failure.platform]: 0 } };
  if (state.stage === "global") {
    const globalFailures = history.globalFailures + 1;
    if (globalFailures >= MAX_GLOBAL_FAILURES) {
      return { kind: "fatal", code: "attempts_exhausted", history: { ...counted, globalFailures } };
    }
    const waitMs = backoffMs(globalFailures, { baseMs: RETRY_BASE_MS, capMs: RETRY_CAP_MS, random });
    return {
      kind: "wait",
      state: { ...state, notBeforeMs: nowMs + waitMs },
      history: { ...counted, globalFailures },
      advanced: false,
    };
  }
  const barred = withBar(state, { platform: failure.platform, untilMs: null, reason: failure.reason });
  return leaveOwnStage(barred, counted, failure.platform, nowMs);
}

/** The stage advances only if the failed platform is the stage's own. */
function leaveOwnStage(
  state: StageState,
  history: FailureHistory,
  platform: DeploymentPlatform,
  nowMs: number,
): FailureReaction {
  if (state.stage !== platform) return { kind: "wait", state, history, advanced: false };
  return { kind: "wait", state: leaveStage(state, nowMs), history, advanced: true };
}

function withBar(state: StageState, bar: Bar): StageState {
  return { ...state, bars: [...state.bars.filter((b) => b.platform !== bar.platform), bar] };
}
