import { type DeploymentPlatform, formatDuration, PLATFORM_LABELS, type Stage } from "@milo/placement";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import type { WaitingRow } from "#server/database/repositories/queue-view.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";

type Explained = Pick<
  WaitingRow,
  "plan" | "stage" | "stageEndsAtMs" | "timeoutAtMs" | "notBeforeMs" | "bars" | "openTo" | "lastFailure"
> &
  Partial<Pick<WaitingRow, "heldBy">>;

type Platforms = ReadonlyMap<DeploymentPlatform, PlatformState>;

/** Why a bot waits, and what it does next and when: for who counts down to it. */
export type ExplainedWait = { cause: string; next: { what: string; at: Date } };

/** The same with all of it in one sentence, for who reads it at once. */
export type ToldReason = ExplainedWait & { reason: string };

/** The sentence and its parts; a failure's words come from outside and may hold an address, which is masked. Pure. */
export function tellReason(...asked: Parameters<typeof explainParts>): ToldReason {
  const { cause, next } = explainParts(...asked);
  return { reason: maskUrls(explainWait(...asked)), cause: maskUrls(cause), next };
}

/** Why a bot waits and what happens next, in one sentence: "K8s is full (30/30); tries AWS in 42 s". Pure. */
export function explainWait(...[entry, platforms, nowMs]: Parameters<typeof explainParts>): string {
  const { cause, next } = explainParts(entry, platforms, nowMs);
  return `${cause}; ${next.what} in ${formatDuration(next.at.getTime() - nowMs)}`;
}

/** The parts of that sentence: "K8s is full (30/30)", "tries AWS", and when. Pure. */
export function explainParts(entry: Explained, platforms: Platforms, nowMs: number): ExplainedWait {
  if (entry.heldBy) {
    const then = explainParts({ ...entry, heldBy: null }, platforms, nowMs);
    const cause = `First its container on ${PLATFORM_LABELS[entry.heldBy]} has to be gone; then: ${then.cause}`;
    return { cause, next: then.next };
  }
  if (entry.notBeforeMs !== null && entry.notBeforeMs > nowMs) {
    const cause = `The last attempt failed (${entry.lastFailure ?? "unknown"})`;
    return { cause, next: { what: "tries again", at: new Date(entry.notBeforeMs) } };
  }
  const blocked = entry.openTo.map((platform) => stateInWords(platform, platforms.get(platform)));
  const barred = entry.bars
    .filter((bar) => !entry.openTo.includes(bar.platform))
    .map((bar) => `${PLATFORM_LABELS[bar.platform]} refused it (${bar.reason})`);
  return {
    cause: [...blocked, ...barred].join(", ") || "No platform is open to it yet",
    next: nextStep(entry, platforms),
  };
}

function nextStep(entry: Explained, platforms: Platforms): ExplainedWait["next"] {
  const next = nextStageInWords(entry, platforms);
  if (next === null || entry.stageEndsAtMs === null) return { what: "gives up", at: new Date(entry.timeoutAtMs) };
  return { what: `tries ${next}`, at: new Date(entry.stageEndsAtMs) };
}

/** What the entry waits for after its stage: "AWS", "any platform"; null in the last stage. */
export function nextStageInWords(entry: Pick<Explained, "plan" | "stage">, platforms: Platforms): string | null {
  const next = nextStage(entry, platforms);
  if (next === null) return null;
  return next === "global" ? "any platform" : PLATFORM_LABELS[next];
}

/**
 * What the entry waits for after its stage; null in the last. A stage whose platform takes no bots, as it is held, drained
 * or failing, is passed as soon as it is reached; none is while that is so of all.
 */
export function nextStage(entry: Pick<Explained, "plan" | "stage">, platforms: Platforms): Stage | null {
  const isPassed = (platform: DeploymentPlatform) => takesNoBots(platforms.get(platform));
  const isAnyOpen = stagesOf(entry.plan).some(({ platform }) => !isPassed(platform));
  let next = stageAfter(entry);
  while (isAnyOpen && next !== null && next !== "global" && isPassed(next)) {
    next = stageAfter({ plan: entry.plan, stage: next });
  }
  return next;
}

function takesNoBots(state: PlatformState | undefined): boolean {
  if (state === undefined) return false;
  return state.mode !== "enabled" || state.breaker.state === "open" || state.breaker.state === "half_open";
}

function stageAfter({ plan, stage }: Pick<Explained, "plan" | "stage">): Stage | null {
  if (stage === "global") return null;
  const order = stagesOf(plan).map((s) => s.platform);
  return order[order.indexOf(stage) + 1] ?? "global";
}

/** An entry that something else wrote may have the column's `{}`; its wait is told all the same. */
function stagesOf(plan: Partial<Explained["plan"]>): Explained["plan"]["stages"] {
  return plan.stages ?? [];
}

function stateInWords(platform: DeploymentPlatform, state: PlatformState | undefined): string {
  const label = PLATFORM_LABELS[platform];
  if (state === undefined || state.position === null) return `${label} is not in use`;
  if (state.closedReason !== null) return `${label} ${state.closedReason}`;
  if (state.limit === 0) return `${label} takes no bots (limit 0)`;
  if (state.used >= state.limit) return `${label} is full (${state.used}/${state.limit})`;
  return `${label} has room (${state.used}/${state.limit})`;
}
