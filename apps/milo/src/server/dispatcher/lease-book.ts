import type { Held } from "#server/database/repositories/launch-writes.ts";

/**
 * The leases of this process by its own monotonic clock. A launch asks before each send: a process that was frozen
 * past its lease must not send what another has meanwhile taken over or given up. Kept by deployment and fence, so
 * that a launch which this process took over from itself is another one.
 */
export type LeaseBook = {
  /** Granted for the lease's length from `askedAtMs`, the moment before the database was asked. */
  grant(launches: Iterable<Held>, askedAtMs: number): void;
  /** As `grant`, for those that are still under way here: one that ended meanwhile is not taken back. */
  renew(deploymentIds: Iterable<number>, askedAtMs: number): void;
  holds(launch: Held): boolean;
  drop(launch: Held): void;
  /** The launches under way here; only these are renewed, so that one that was left behind is taken over. */
  ids(): number[];
};

export function createLeaseBook(leaseMs: number, monotonicMs: () => number): LeaseBook {
  const leases = new Map<number, { fence: number; untilMs: number }>();
  return {
    grant(launches, askedAtMs) {
      for (const { deploymentId, fence } of launches) leases.set(deploymentId, { fence, untilMs: askedAtMs + leaseMs });
    },
    renew(deploymentIds, askedAtMs) {
      for (const id of deploymentIds) {
        const lease = leases.get(id);
        if (lease !== undefined) lease.untilMs = askedAtMs + leaseMs;
      }
    },
    holds({ deploymentId, fence }) {
      const lease = leases.get(deploymentId);
      return lease?.fence === fence && monotonicMs() < lease.untilMs;
    },
    drop({ deploymentId, fence }) {
      if (leases.get(deploymentId)?.fence === fence) leases.delete(deploymentId);
    },
    ids: () => [...leases.keys()],
  };
}
