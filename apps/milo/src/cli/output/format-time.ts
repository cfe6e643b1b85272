import { formatDuration } from "@milo/placement";

/** How long ago, or until when, a moment is. */
export function formatSince(at: Date, nowMs: number): string {
  const ms = at.getTime() - nowMs;
  if (ms > 0) return `in ${formatDuration(ms)}`;
  return `${formatDuration(-ms)} ago`;
}

/** A moment in UTC, to the second. */
export function formatMoment(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}
