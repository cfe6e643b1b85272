import type { DeploymentPlatform } from "@milo/placement";
import { type FakeWorkload, isRunning, pastClaim } from "../world/fake-workload.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** Of one bot no two processes are past their claim at one moment, by the platforms' own record. */
export function checkOneAtATime(workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>): Violation[] {
  const found: Violation[] = [];
  const claimed = new Map<number, string>();
  for (const workload of [...workloads.values()].flat()) {
    for (const process of pastClaim(workload)) {
      const other = claimed.get(workload.botId);
      if (other !== undefined) {
        const what = `${process.bootId} and ${other} are both past their claim`;
        found.push({ promise: 2, what, botId: workload.botId });
      }
      claimed.set(workload.botId, process.bootId);
    }
  }
  return found;
}

/**
 * The one container that may run without a slot: it starts on ECS, has never been accepted, and was sent by a
 * dispatcher whose own lease had run out between its last look at it and the send. A process can be frozen exactly
 * there, no check before a send can exclude it, and RunTask has no inert step to make a late one harmless. Its claim is
 * refused, so it is in no call (promise 2), and it is not more than one per frozen launch. Ending it is the work of the
 * orphan sweep, which does not exist yet: until then such containers are counted ("late starts") and not excused in
 * any other case.
 */
export function isLateOrphan(workload: FakeWorkload): boolean {
  const accepted = workload.processes.some((process) => process.claimedMs !== null);
  return workload.platform === "aws" && workload.sentLate && !accepted;
}

/** A slot is not given away while its container is there. */
export function checkSlotsKept(
  snapshot: Snapshot,
  workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>,
): Violation[] {
  const phases = new Map([...snapshot.deployments.values()].map((d) => [d.launchKey, d.phase]));
  const found: Violation[] = [];
  for (const workload of [...workloads.values()].flat()) {
    if (!isRunning(workload) || (phases.get(workload.launchKey) ?? "ENDED") !== "ENDED") continue;
    if (isLateOrphan(workload)) continue;
    const what = `The slot of ${workload.launchKey} was given away while its container runs`;
    found.push({ promise: 4, what, botId: workload.botId });
  }
  return found;
}
