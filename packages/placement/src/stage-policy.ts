import type { DeploymentPlatform } from "./platforms.ts";
import { closingWaitMs, FIRST_PASS_MS, type Stage, type WaitPlan } from "./wait-plan.ts";

/**
 * Why an entry may not use a platform for now. `untilMs` null = until the global stage.
 * Times are milliseconds since the epoch, as the database reads them.
 */
export type Bar = { platform: DeploymentPlatform; untilMs: number | null; reason: string };

/** The part of a queue entry that the stage policy reads and writes. */
export type StageState = {
  plan: WaitPlan;
  stage: Stage;
  /** End of the current platform stage; null in the global stage, whose end is `timeoutAtMs`. */
  stageEndsAtMs: number | null;
  /** When it gives up as things stand. Only ever moves earlier. */
  timeoutAtMs: number;
  bars: readonly Bar[];
  /** Back-off of the whole entry after a failure; null = none. */
  notBeforeMs: number | null;
};

/** A stage that was left, for the event log. */
export type StageMove = { from: Stage; to: Stage; why: "waited" | "platform_unavailable" | "launch_failed" };

/** Platforms that take no new bots just now (held, draining, breaker open), with the reason in words. */
export type Unavailable = ReadonlyMap<DeploymentPlatform, string>;

/** The state of an entry that enters the queue now, before `advance` has looked at it. */
export function firstStage(plan: WaitPlan, queuedAtMs: number): StageState {
  const first = plan.stages[0];
  const stageEndsAtMs = first === undefined ? null : queuedAtMs + first.waitMs;
  const later = first === undefined ? closingWaitMs(plan) : waitAfter(plan, first.platform);
  return {
    plan,
    stage: first?.platform ?? "global",
    stageEndsAtMs,
    timeoutAtMs: (stageEndsAtMs ?? queuedAtMs) + later,
    bars: [],
    notBeforeMs: null,
  };
}

/**
 * Moves an entry past every stage whose time is over or whose platform takes no new bots. A stage that ran out
 * ends when it should have, not when it was noticed; one that is passed early ends now, and all later deadlines
 * move earlier with it. With every platform of the plan unavailable nothing is passed early.
 */
export function advance(
  state: StageState,
  unavailable: Unavailable,
  nowMs: number,
): { state: StageState; moves: readonly StageMove[] } {
  const moves: StageMove[] = [];
  let current = state;
  const passEarly = current.plan.stages.some((s) => !unavailable.has(s.platform));
  while (current.stage !== "global" && current.stageEndsAtMs !== null) {
    const overdue = nowMs >= current.stageEndsAtMs;
    if (!overdue && !(passEarly && unavailable.has(current.stage))) break;
    const next = leaveStage(current, nowMs);
    moves.push({ from: current.stage, to: next.stage, why: overdue ? "waited" : "platform_unavailable" });
    current = next;
  }
  return { state: dropSpentBars(current, nowMs), moves };
}

/**
 * Leaves the current platform stage, now or when it ran out, whichever was first: the next stage counts from
 * there, however late this is noticed. The global stage cannot be left.
 */
export function leaveStage(state: StageState, nowMs: number): StageState {
  const { plan, stage } = state;
  if (stage === "global") return state;
  const endMs = Math.min(nowMs, state.stageEndsAtMs ?? nowMs);
  const next = plan.stages[plan.stages.findIndex((s) => s.platform === stage) + 1];
  if (next === undefined) {
    // Moving on never is what ends an entry: without a global wait it still gets a pass over all its platforms.
    const timeoutAtMs = Math.min(state.timeoutAtMs, endMs + (plan.globalWaitMs || FIRST_PASS_MS));
    return { ...state, stage: "global", stageEndsAtMs: null, timeoutAtMs };
  }
  const fullEndMs = endMs + next.waitMs;
  const timeoutAtMs = Math.min(state.timeoutAtMs, fullEndMs + waitAfter(plan, next.platform));
  // A replacement may have to give up within a stage: it waits with its meeting's end at the latest.
  return { ...state, stage: next.platform, stageEndsAtMs: Math.min(fullEndMs, timeoutAtMs), timeoutAtMs };
}

/**
 * The platforms the entry may take a slot on, best first. Eligibility is cumulative: moving on never loses a
 * place that frees on a better platform. Empty while the entry itself backs off.
 */
export function openTo(state: StageState, nowMs: number): readonly DeploymentPlatform[] {
  if (state.notBeforeMs !== null && nowMs < state.notBeforeMs) return [];
  const platforms = state.plan.stages.map((s) => s.platform);
  const reached = state.stage === "global" ? platforms : platforms.slice(0, platforms.indexOf(state.stage) + 1);
  return reached.filter((p) => !state.bars.some((b) => b.platform === p && isBarred(b, state.stage, nowMs)));
}

/**
 * When `advance` and `openTo` may next answer differently by time alone; now, when a stage is already over; null =
 * not before the deadline.
 */
export function recheckAtMs(state: StageState, nowMs: number): number | null {
  if (state.stageEndsAtMs !== null && state.stageEndsAtMs <= nowMs) return nowMs;
  const times = [state.stageEndsAtMs, state.notBeforeMs, ...state.bars.map((b) => b.untilMs)];
  const ahead = times.filter((t): t is number => t !== null && t > nowMs);
  return ahead.length === 0 ? null : Math.min(...ahead);
}

function isBarred(bar: Bar, stage: Stage, nowMs: number): boolean {
  return bar.untilMs === null ? stage !== "global" : nowMs < bar.untilMs;
}

function dropSpentBars(state: StageState, nowMs: number): StageState {
  const bars = state.bars.filter((b) => isBarred(b, state.stage, nowMs));
  const notBeforeMs = state.notBeforeMs !== null && nowMs >= state.notBeforeMs ? null : state.notBeforeMs;
  if (bars.length === state.bars.length && notBeforeMs === state.notBeforeMs) return state;
  return { ...state, bars, notBeforeMs };
}

/** Sum of the waits after the named stage, the global one included. */
function waitAfter(plan: WaitPlan, platform: DeploymentPlatform): number {
  const index = plan.stages.findIndex((s) => s.platform === platform);
  return plan.stages.slice(index + 1).reduce((sum, s) => sum + s.waitMs, closingWaitMs(plan));
}
