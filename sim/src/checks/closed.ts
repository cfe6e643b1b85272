import type { DeploymentPlatform } from "@milo/placement";
import type { DeploymentRow, EntryRow, PlatformRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** Launches under way double this often while a platform ramps up. */
const RAMP_STEP_MS = 10_000;

/**
 * What was given a slot in this step was given it where nothing spoke against it: the platform neither held nor
 * drained, its breaker not open, its back-off over, its permits not used up; the bot not barred there and not backing
 * off. What changed within the step itself speaks neither for nor against: in a race either order is right.
 */
export function checkClosed(before: Snapshot, after: Snapshot): Violation[] {
  const found: Violation[] = [];
  for (const row of after.platforms) {
    const fresh = freshOn(row.platform, before, after);
    const last = fresh.at(-1);
    if (last === undefined) continue;
    const was = before.platforms.find((p) => p.platform === row.platform) ?? row;
    const why = whyClosed(was, row, last.reservedMs) ?? whyTooMany(was, row, after, last.reservedMs);
    if (why !== null)
      found.push({ promise: 1, what: `${row.platform} was given a bot while ${why}`, botId: last.botId });
    for (const deployment of fresh) found.push(...checkEntry(deployment, after));
  }
  return found;
}

function freshOn(platform: DeploymentPlatform, before: Snapshot, after: Snapshot): DeploymentRow[] {
  // An orphan is found, not given.
  return [...after.deployments.values()].filter(
    (d) => d.platform === platform && d.entryId !== null && !before.deployments.has(d.id),
  );
}

function whyClosed(was: PlatformRow, is: PlatformRow, atMs: number): string | null {
  if (was.mode !== "enabled" && is.mode !== "enabled") return `its mode was ${is.mode}`;
  if (was.breakerVersion === is.breakerVersion && is.breaker === "open") return "its breaker was open";
  const backsOff = (row: PlatformRow) => row.admitNotBeforeMs !== null && row.admitNotBeforeMs > atMs;
  return backsOff(was) && backsOff(is) ? "it backed off for lack of capacity" : null;
}

function whyTooMany(was: PlatformRow, is: PlatformRow, after: Snapshot, atMs: number): string | null {
  if (was.breakerVersion !== is.breakerVersion) return null;
  const launching = [...after.deployments.values()].filter((d) => d.platform === is.platform && holdsPermit(d)).length;
  const permits = Math.max(permitsOf(was, atMs), permitsOf(is, atMs));
  return launching > permits ? `${launching} launches were under way of ${permits} that may be (${is.breaker})` : null;
}

function permitsOf(row: PlatformRow, atMs: number): number {
  if (row.breaker === "half_open" || row.capacityRefusals > 0) return 1;
  if (row.breaker !== "ramping") return row.launchConcurrency;
  const doublings = Math.floor(Math.max(0, atMs - row.breakerSinceMs) / RAMP_STEP_MS);
  return Math.min(row.launchConcurrency, 2 ** Math.min(20, doublings));
}

function holdsPermit({ platform, phase }: DeploymentRow): boolean {
  return phase === "RESERVED" || phase === "LAUNCHING" || (platform === "coolify" && phase === "STARTING");
}

/** As its entry is now: what admission takes is PROCESSING, and keeps what it was open to. */
function checkEntry(deployment: DeploymentRow, after: Snapshot): Violation[] {
  const entry = deployment.entryId === null ? undefined : after.entries.get(deployment.entryId);
  if (entry === undefined || entry.status !== "PROCESSING") return [];
  const why = whyNotThere(entry, deployment);
  if (why === null) return [];
  return [
    { promise: 5, what: `Bot ${deployment.botId} was put on ${deployment.platform} ${why}`, botId: deployment.botId },
  ];
}

function whyNotThere(entry: EntryRow, { platform, reservedMs }: DeploymentRow): string | null {
  if (!entry.openTo.includes(platform)) return `while it was open to "${entry.openTo.join()}" alone`;
  if (entry.notBeforeMs !== null && entry.notBeforeMs > reservedMs) return "during its back-off";
  const bar = entry.bars.find((b) => b.platform === platform);
  if (bar === undefined) return null;
  const barred = bar.untilMs === null ? entry.stage !== "global" : bar.untilMs > reservedMs;
  return barred ? `while it was barred there: ${bar.reason}` : null;
}
