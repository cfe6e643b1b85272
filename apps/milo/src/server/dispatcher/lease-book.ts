/**
 * The leases of this process by its own monotonic clock. A launch asks before each send: a process that was frozen
 * past its lease must not send what another has meanwhile taken over or given up.
 */
export type LeaseBook = {
  /** Granted until `leaseMs` after `askedAtMs`, the moment before the database was asked. */
  grant(deploymentIds: Iterable<number>, askedAtMs: number): void;
  /** As `grant`, for those that are still under way here: one that ended meanwhile is not taken back. */
  renew(deploymentIds: Iterable<number>, askedAtMs: number): void;
  holds(deploymentId: number): boolean;
  drop(deploymentId: number): void;
  /** The launches under way here; only these are renewed, so that one that was left behind is taken over. */
  ids(): number[];
};

export function createLeaseBook(leaseMs: number, monotonicMs: () => number): LeaseBook {
  const until = new Map<number, number>();
  return {
    grant(deploymentIds, askedAtMs) {
      for (const id of deploymentIds) until.set(id, askedAtMs + leaseMs);
    },
    renew(deploymentIds, askedAtMs) {
      for (const id of deploymentIds) if (until.has(id)) until.set(id, askedAtMs + leaseMs);
    },
    holds: (deploymentId) => monotonicMs() < (until.get(deploymentId) ?? Number.NEGATIVE_INFINITY),
    drop: (deploymentId) => void until.delete(deploymentId),
    ids: () => [...until.keys()],
  };
}
