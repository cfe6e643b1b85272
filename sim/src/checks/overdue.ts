import { type FakeWorkload, isInert, mayRun } from "../world/fake-workload.ts";
import type { World } from "../world/world.ts";
import type { DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** What a pass, a sweep or a stop may take once nothing fails, the strides of time between the turns included. */
const SLACK_MS = 60_000;
/** An end without evidence is believed after 120 s of silence and two listings. */
const SLOT_BACK_MS = 120_000 + SLACK_MS;
/** A container that no attempt owns is believed by two listings a minute apart. */
const SWEPT_MS = 60_000 + SLACK_MS;

/**
 * While nothing fails any more: no deadline passes unheeded, a slot comes back soon after its container, and a container
 * that no attempt owns is found.
 */
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
    const deadlineMs = nextDeadline(deployment, world);
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
  return [...found, ...checkDrained(seen, lateMs), ...checkSwept(world, seen, healthySinceMs)];
}

/** Whatever runs on a drained platform has been told to leave, by a deadline which is then its own. */
function checkDrained({ deployments, platforms }: Snapshot, lateMs: number): Violation[] {
  const drained = new Set(platforms.filter((p) => p.mode === "drain").map((p) => p.platform));
  return [...deployments.values()]
    .filter((d) => d.phase === "RUNNING" && drained.has(d.platform) && d.leaveByMs === null)
    .filter((d) => (d.claimedMs ?? 0) <= lateMs)
    .map(({ launchKey, botId }) => ({ promise: 3, what: `${launchKey} runs on where bots are to leave`, botId }));
}

/** Whatever is there has a slot: its attempt's, or by now one of its own. What never started is cleaned up, too. */
function checkSwept(world: World, seen: Snapshot, healthySinceMs: number): Violation[] {
  const holding = [...seen.deployments.values()].filter((row) => row.phase !== "ENDED");
  const owned = new Set(holding.map((row) => row.identifier));
  const isUnresolved = (row: DeploymentRow) => row.identifier === null || row.phase === "LAUNCHING";
  const unresolved = new Set(holding.filter(isUnresolved).map((row) => row.launchKey));
  const lateMs = world.clock.nowMs() - SWEPT_MS;
  return [...world.clusters.values()]
    .flatMap((cluster) => cluster.workloads)
    .filter((one) => (mayRun(one) || isInert(one)) && !owned.has(one.identifier))
    .filter((one) => !unresolved.has(one.launchKey))
    .filter((one) => Math.max(healthySinceMs, one.createdMs) < lateMs)
    .map(({ launchKey, botId }) => ({ promise: 4, what: `Nobody has found the container of ${launchKey}`, botId }));
}

/** The time for a claim stands still while nobody hears one. */
function nextDeadline(deployment: DeploymentRow, { hearing }: World): number | null {
  const { phase, reservedMs, startByMs, runUntilMs, leaveByMs } = deployment;
  if (phase === "ENDED" || phase === "STOPPING") return null;
  return phase === "RUNNING" ? (leaveByMs ?? runUntilMs) : startByMs + hearing.unheardSinceMs(reservedMs);
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
