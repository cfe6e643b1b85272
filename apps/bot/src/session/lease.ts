import type { Clock } from "../effects/clock.ts";

/**
 * The right to join, granted by each accepted claim or heartbeat, counted by our monotonic clock from the send:
 * milo counts from the later moment of receipt, so ours always ends first.
 */
export type Lease = {
  /** Only ever lengthens the lease: answers may arrive out of order. */
  grant(sentAtMs: number, leaseMs: number): void;
  isHeld(): boolean;
};

export function createLease(clock: Clock): Lease {
  let heldUntilMs = Number.NEGATIVE_INFINITY;
  return {
    grant(sentAtMs, leaseMs) {
      heldUntilMs = Math.max(heldUntilMs, sentAtMs + leaseMs);
    },
    isHeld: () => clock.monotonicMs() < heldUntilMs,
  };
}
