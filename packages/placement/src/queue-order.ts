/** Bounds of a caller's priority; a higher number goes first. */
export const PRIORITY_MIN = -1000;
export const PRIORITY_MAX = 1000;
export const PRIORITY_DEFAULT = 0;

export type QueueOrderKey = { priority: number; queuedAtMs: number; id: number };

/**
 * The one order of the queue: priority descending, then queuedAt, then id. Negative when `a` goes first.
 * The SQL twin is `ORDER BY priority DESC, queued_at, id`.
 */
export function compareQueueOrder(a: QueueOrderKey, b: QueueOrderKey): number {
  return b.priority - a.priority || a.queuedAtMs - b.queuedAtMs || a.id - b.id;
}
