import { isLive } from "@milo/placement";
import type { FakeCluster } from "../world/fake-cluster.ts";
import type { FakeWorkload } from "../world/fake-workload.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/**
 * Only what is to end is told to: the recorded container of an attempt that is not over is not, whoever else bears its
 * key, and nothing of another installation ever is.
 */
export function checkStops(snapshot: Snapshot, clusters: Iterable<FakeCluster>): Violation[] {
  const live = new Set<string | null>();
  for (const { phase, identifier } of snapshot.deployments.values()) if (isLive(phase)) live.add(identifier);
  const found: Violation[] = [];
  for (const { workloads, foreign } of clusters) {
    for (const workload of workloads) {
      if (workload.stopOrdered && live.has(workload.identifier)) {
        found.push(tell(workload, "was told to stop while its attempt lives"));
      }
    }
    for (const workload of foreign) {
      if (workload.stopOrdered) found.push(tell(workload, "of another installation was told to stop"));
    }
  }
  return found;
}

function tell({ identifier, botId }: FakeWorkload, what: string): Violation {
  return { promise: 3, what: `${identifier} ${what}`, botId };
}
