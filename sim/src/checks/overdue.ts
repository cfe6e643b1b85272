import type { FakeWorkload } from "../world/fake-workload.ts";
import type { World } from "../world/world.ts";
import type { DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** What a pass, a sweep or a stop may take once nothing fails, the strides of time between the turns included. */
const SLACK_MS = 60_000;
/** An end without evidence is believed after 120 s of silence and two listings. */
const SLOT_BACK_MS = 120_000 + SLACK_MS;

/** While nothing fails any more: no deadline passes unheeded, and a slot comes back soon after its container. */
export function checkOverdue(world: World, seen: Snapshot, healthySinceMs: number): Violation[] {
  const nowMs = world.clock.databaseMs();
  const lateMs = nowMs - SLACK_MS;
  const found: Violation[] = [];
  if (world.clock.nowMs() - healthySinceMs < SLACK_MS) return found;
  for (const entry of seen.entries.values()) {
    if (entry.status !== "WAITING" || entry.timeoutMs > lateMs) continue;
    found.push({ promise: 3, what: `Bot ${entry.botId} waits past its deadline`, botId: entry.botId });
  }
  for (const deployment of seen.deployments.values()) {
    const { botId, launchKey } = deployment;
    const deadlineMs = nextDeadline(deployment);
    if (deadlineMs !== null && deadlineMs <= lateMs) {
      found.push({ promise: 3, what: `${launchKey} is ${deployment.phase} past its deadline`, botId });
    }
    if (deployment.phase !== "STOPPING") continue;
    const isIts = (w: FakeWorkload) =>
      w.launchKey === launchKey || (botId === null && w.identifier === deployment.identifier);
    const gone = world.clusters.get(deployment.platform)?.workloads.filter(isIts) ?? [];
    if (isOverdue(deployment, gone, world, healthySinceMs)) {
      found.push({ promise: 4, what: `The slot of ${launchKey} did not come back after its container went`, botId });
    }
  }
  return found;
}

function nextDeadline({ phase, startByMs, runUntilMs, leaveByMs }: DeploymentRow): number | null {
  if (phase === "ENDED" || phase === "STOPPING") return null;
  return phase === "RUNNING" ? (leaveByMs ?? runUntilMs) : startByMs;
}

function isOverdue(
  { stoppingMs }: DeploymentRow,
  workloads: readonly FakeWorkload[],
  world: World,
  healthySinceMs: number,
): boolean {
  if (workloads.some((w) => w.state !== "ended")) return false;
  const { clock } = world;
  const askedMs = (stoppingMs ?? 0) + clock.nowMs() - clock.databaseMs();
  const goneMs = Math.max(healthySinceMs, askedMs, ...workloads.map((w) => w.endedMs ?? 0));
  return clock.nowMs() - goneMs > SLOT_BACK_MS;
}
