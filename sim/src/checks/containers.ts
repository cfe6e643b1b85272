import type { DeploymentPlatform } from "@milo/placement";
import { type FakeWorkload, isRunning, pastClaim } from "../world/fake-workload.ts";
import type { DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/**
 * Of one bot no two processes are past their claim at one moment, by the platforms' own record; but for those of which an
 * operator said that they are gone, or need not be waited for.
 */
export function checkOneAtATime(
  workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>,
  vouched: ReadonlySet<string>,
): Violation[] {
  const found: Violation[] = [];
  const claimed = new Map<number, string>();
  for (const workload of [...workloads.values()].flat()) {
    if (vouched.has(workload.launchKey)) continue;
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
 * The one container that may run without a slot, and only until the sweep of orphans finds it: it starts on ECS, has
 * never been accepted, and was sent by a dispatcher whose own lease had run out between its last look at it and the
 * send. A process can be frozen exactly there, no check before a send can exclude it, and RunTask has no inert step to
 * make a late one harmless. Its claim is refused, so it is in no call (promise 2), and it is not more than one per frozen
 * launch. Two listings a minute apart give it a slot of its own, and nothing of it may be left once all is at rest.
 */
function isUnseenYet(workload: FakeWorkload, rows: readonly DeploymentRow[]): boolean {
  const accepted = workload.processes.some((process) => process.claimedMs !== null);
  const swept = rows.some((row) => row.botId === null && row.identifier === workload.identifier);
  return workload.platform === "aws" && workload.sentLate && !accepted && !swept;
}

/**
 * The other one: on a node that cannot be reached, or could not. Its absence was believed, as nothing was heard of it for
 * long either. When it is shown again it is found as what no attempt owns.
 */
function isStray(workload: FakeWorkload, rows: readonly DeploymentRow[]): boolean {
  return workload.strayed && !rows.some((row) => row.botId === null && row.identifier === workload.identifier);
}

/**
 * A slot is not given away while its container is there: its attempt's, or its own if no attempt owns it. Unless an
 * operator said that it is gone.
 */
export function checkSlotsKept(
  snapshot: Snapshot,
  workloads: ReadonlyMap<DeploymentPlatform, readonly FakeWorkload[]>,
  vouched: ReadonlySet<string>,
): Violation[] {
  const rows = [...snapshot.deployments.values()];
  const holding = rows.filter((row) => row.phase !== "ENDED");
  const keys = new Set(holding.map((row) => row.launchKey));
  const orphans = new Set(holding.filter((row) => row.botId === null).map((row) => row.identifier));
  const found: Violation[] = [];
  for (const workload of [...workloads.values()].flat()) {
    if (!isRunning(workload) || keys.has(workload.launchKey) || orphans.has(workload.identifier)) continue;
    if (vouched.has(workload.launchKey) || vouched.has(workload.identifier)) continue;
    if (isUnseenYet(workload, rows) || isStray(workload, rows)) continue;
    const what = `The slot of ${workload.launchKey} was given away while its container runs`;
    found.push({ promise: 4, what, botId: workload.botId });
  }
  return found;
}
