import type { V1Pod } from "@kubernetes/client-node";

/** Pods come and go; far more than a platform runs at once, so that forgetting the oldest costs nothing. */
const MAX_PODS = 10_000;

/**
 * Remembers when each pod's image pull was first seen to fail. In memory only: a restarted process waits for the pod's
 * age instead.
 */
export class ImageFailureSightings {
  private readonly firstMs = new Map<string, number>();

  /** Notes that the pod's pull is seen to fail at `nowMs`, and answers when it first was. */
  note(pod: V1Pod, nowMs: number): number {
    const uid = pod.metadata?.uid ?? "";
    const first = this.firstMs.get(uid);
    if (first !== undefined) return first;
    this.firstMs.set(uid, nowMs);
    this.forgetOldest();
    return nowMs;
  }

  private forgetOldest(): void {
    if (this.firstMs.size <= MAX_PODS) return;
    const oldest = this.firstMs.keys().next().value;
    if (oldest !== undefined) this.firstMs.delete(oldest);
  }
}
