import type { BotStatus } from "@milo/placement";

type StatusCount = { status: BotStatus; count: number };

/** What is worth a place: nothing is scheduled where nothing can be. */
export function shownCounts(counts: readonly StatusCount[]): StatusCount[] {
  return counts.filter(({ status, count }) => status !== "SCHEDULED" || count > 0);
}

export function totalOf(counts: readonly StatusCount[]): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
