import type { BotStatus, DeploymentPlatform } from "@milo/placement";
import type { TimelineItem } from "#server/api/services/timeline/timeline.ts";

/** What happened, as a line of the story. */
export type StoryLine = {
  key: string;
  item: TimelineItem;
  /** Since the line before, milliseconds; null in the first, and where it is too short to matter. */
  gapMs: number | null;
  /** The attempt that it is about. */
  about: { attempt: number; platform: DeploymentPlatform } | null;
};

/** A shorter pause says nothing. */
const GAP_LEAST_MS = 1_000;

/** The story's lines, oldest first. Keys stay as the story grows. */
export function tellStory(items: readonly TimelineItem[]): StoryLine[] {
  const platforms = new Map<number, DeploymentPlatform>();
  const seen = new Map<string, number>();
  for (const item of items) {
    if (item.kind === "attempt") platforms.set(item.attempt.attempt, item.attempt.platform);
  }
  return items.map((item, index) => {
    const before = items[index - 1];
    const gapMs = before === undefined ? 0 : item.at.getTime() - before.at.getTime();
    const name = `${item.at.getTime()} ${item.code} ${"attempt" in item ? numberOf(item) : ""}`;
    const times = seen.get(name) ?? 0;
    seen.set(name, times + 1);
    return {
      key: `${name} ${times}`,
      item,
      gapMs: gapMs < GAP_LEAST_MS ? null : gapMs,
      about: aboutOf(item, platforms),
    };
  });
}

function aboutOf(item: TimelineItem, platforms: ReadonlyMap<number, DeploymentPlatform>): StoryLine["about"] {
  if (item.kind !== "step") return null;
  const platform = platforms.get(item.attempt);
  return platform === undefined ? null : { attempt: item.attempt, platform };
}

function numberOf(item: Extract<TimelineItem, { attempt: unknown }>): number {
  return item.kind === "attempt" ? item.attempt.attempt : item.attempt;
}

/** What a line is like: it fails, succeeds, waits or just is. */
export type LineTone = "neutral" | "good" | "wait" | "bad" | "info";

const BAD_CODES = /FAIL|LOST|UNREACHABLE|OVERDUE|CRASH|EXPIRED|TIMEOUT|FATAL|REFUSED|REVOKED/;

export function toneOf({ kind, code, status }: Pick<TimelineItem, "kind" | "code" | "status">): LineTone {
  if (status === "FATAL" || BAD_CODES.test(code)) return "bad";
  if (status === "IN_CALL") return "good";
  if (kind === "queued" || kind === "stage" || status === "IN_WAITING_ROOM") return "wait";
  if (kind === "attempt" || status === "DEPLOYING" || status === "JOINING_CALL" || status === "LEAVING") return "info";
  return "neutral";
}

/** Whether a bot's page may still change by itself. */
export function isOver(status: BotStatus, items: readonly TimelineItem[]): boolean {
  const isFinal = status === "DONE" || status === "FATAL" || status === "CANCELLED";
  return isFinal && items.every((item) => item.kind !== "attempt" || item.attempt.phase === "ENDED");
}
