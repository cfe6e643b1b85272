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
 * A slot is not given away while its container is there.
 *
 * One case is let through: a container that starts on ECS after its slot was freed, has never been accepted, and
 * was sent by a dispatcher whose own lease had run out between its last look at it and the send. A process can be
 * frozen exactly there, no check before a send can exclude it, and RunTask has no inert step to make a late one
 * harmless. Its claim is refused, so it is in no call (promise 2); it is not more than one per frozen launch; and
 * the watch has to find and stop it as an orphan, which the end of every run checks.
 */
export function checkSlotsKept(
  snapshot: Snapshot,
  workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>,
): Violation[] {
  const phases = new Map([...snapshot.deployments.values()].map((d) => [d.launchKey, d.phase]));
  const found: Violation[] = [];
  for (const workload of [...workloads.values()].flat()) {
    if (!isRunning(workload) || (phases.get(workload.launchKey) ?? "ENDED") !== "ENDED") continue;
    const accepted = workload.processes.some((process) => process.claimedMs !== null);
    if (workload.platform === "aws" && workload.sentLate && !accepted) continue;
    const what = `The slot of ${workload.launchKey} was given away while its container runs`;
    found.push({ promise: 4, what, botId: workload.botId });
  }
  return found;
}
