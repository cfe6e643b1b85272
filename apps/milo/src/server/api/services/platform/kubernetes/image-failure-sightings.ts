import type { V1Pod } from "@kubernetes/client-node";

/** Looks closer together than this see the same failed pull: the kubelet's first back-off is 10 seconds. */
export const DISTINCT_SIGHTING_MS = 5_000;
/** Pods come and go; far more than a platform runs at once, so that forgetting the oldest costs nothing. */
const MAX_PODS = 10_000;

/**
 * Counts how often each pod's image pull was seen to fail. Kept in memory only: a restarted process waits for the
 * pod's age instead.
 */
export class ImageFailureSightings {
  private readonly seen = new Map<string, { count: number; lastMs: number }>();

  /** Notes a failed pull of the pod at `nowMs` and answers how many distinct ones were seen. */
  count(pod: V1Pod, nowMs: number): number {
    const uid = pod.metadata?.uid ?? "";
    const before = this.seen.get(uid);
    if (before !== undefined && nowMs - before.lastMs < DISTINCT_SIGHTING_MS) return before.count;
    const count = (before?.count ?? 0) + 1;
    this.seen.delete(uid);
    this.seen.set(uid, { count, lastMs: nowMs });
    this.forgetOldest();
    return count;
  }

  private forgetOldest(): void {
    if (this.seen.size <= MAX_PODS) return;
    const oldest = this.seen.keys().next().value;
    if (oldest !== undefined) this.seen.delete(oldest);
  }
}
