import { type DeploymentPlatform, isFinalBotStatus, isLive, PLATFORM_LABELS } from "@milo/placement";
import { nextStageInWords, tellReason } from "#server/api/services/explain-wait.ts";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import type { TimelineAttempt, TimelineEntryRow, TimelineRows } from "#server/database/repositories/timeline-view.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import type { TimelineNow } from "./timeline.ts";

type Deadline = NonNullable<TimelineNow["nextDeadline"]>;

/** Where the bot is, why it is there, and what comes next by time alone. Pure. */
export function describeNow(
  rows: Pick<TimelineRows, "bot" | "attempts" | "waiting" | "nowMs">,
  platforms: ReadonlyMap<DeploymentPlatform, PlatformState>,
): TimelineNow {
  const { bot, attempts, waiting, nowMs } = rows;
  const { status } = bot;
  const because = bot.statusReason === null ? null : maskUrls(bot.statusReason);
  if (isFinalBotStatus(status)) {
    return { status, reason: `${because ?? "It has ended"}${stillHeld(attempts)}`, nextDeadline: null };
  }
  if (status === "QUEUED" && waiting !== null) {
    const heldBy = attempts.find((attempt) => attempt.holdsBot)?.platform ?? null;
    const { reason, ...wait } = tellReason({ ...waiting, heldBy }, platforms, nowMs);
    return {
      status,
      reason,
      ...wait,
      waitingFor: waiting.stage,
      nextDeadline: nextOfWaiting(waiting, platforms, nowMs),
    };
  }
  const live = attempts.findLast((attempt) => isLive(attempt.phase));
  if (live === undefined) {
    const nobody = status === "QUEUED" ? "It is not in the queue yet" : "No attempt of it is under way";
    return { status, reason: because ?? nobody, nextDeadline: null };
  }
  const reason = live.unreachableSince === null ? describeLive(live, because) : describeUnreachable(live);
  return { status, reason, nextDeadline: nextOfLive(live) };
}

/** The first of what time alone brings to a bot that waits. */
function nextOfWaiting(
  entry: TimelineEntryRow,
  platforms: ReadonlyMap<DeploymentPlatform, PlatformState>,
  nowMs: number,
): Deadline {
  const ahead: { atMs: number; what: string }[] = [
    { atMs: entry.timeoutAtMs, what: "Gives up: the bot ends FATAL with QUEUE_TIMEOUT" },
  ];
  const next = nextStageInWords(entry, platforms);
  if (entry.stageEndsAtMs !== null && next !== null) ahead.push({ atMs: entry.stageEndsAtMs, what: `Tries ${next}` });
  if (entry.notBeforeMs !== null && entry.notBeforeMs > nowMs) {
    ahead.push({ atMs: entry.notBeforeMs, what: "May be placed again: the wait after its last failure is over" });
  }
  for (const { platform, untilMs } of entry.bars) {
    if (untilMs === null || untilMs <= nowMs) continue;
    ahead.push({ atMs: untilMs, what: `${PLATFORM_LABELS[platform]} may be tried again` });
  }
  const { atMs, what } = ahead.reduce((first, one) => (one.atMs < first.atMs ? one : first));
  return { at: new Date(atMs), what };
}

function describeLive({ phase, platform, attempt }: TimelineAttempt, because: string | null): string {
  const label = PLATFORM_LABELS[platform];
  switch (phase) {
    case "RESERVED":
      return `It has a slot on ${label} (attempt ${attempt}) and is about to be launched`;
    case "LAUNCHING":
      return `It is being launched on ${label} (attempt ${attempt}); the platform has not answered yet`;
    case "STARTING":
      return `${label} accepted it (attempt ${attempt}); its container has not claimed yet`;
    default:
      return because ?? `Its container on ${label} runs and has claimed`;
  }
}

/** Since when is told beside it, by the attempt itself: a sentence knows neither the reader's zone nor how time goes on. */
function describeUnreachable({ platform, attempt }: TimelineAttempt): string {
  return `Its container on ${PLATFORM_LABELS[platform]} (attempt ${attempt}) cannot be reached: nothing proves that it has ended, so it is replaced only on request`;
}

function nextOfLive({ phase, platform, startBy, runUntil, leaveBy }: TimelineAttempt): Deadline | null {
  const label = PLATFORM_LABELS[platform];
  if (phase !== "RUNNING") return { at: startBy, what: `Unless claimed, the attempt on ${label} is given up` };
  if (leaveBy !== null) return { at: leaveBy, what: `Unless it has left, ${label} is told to stop it` };
  return runUntil === null ? null : { at: runUntil, what: "It is told to leave: its maximum duration is over" };
}

function stillHeld(attempts: readonly TimelineAttempt[]): string {
  const held = attempts
    .filter((attempt) => attempt.phase === "STOPPING")
    .map(({ platform }) => PLATFORM_LABELS[platform]);
  return held.length === 0 ? "" : `; its slot on ${held.join(" and ")} is held until the container is known to be gone`;
}
