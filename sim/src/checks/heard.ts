import type { World } from "../world/world.ts";
import type { DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/** As far as the database's clock may be set back between milo's look and its word. */
const SET_BACK_MS = 5_000;
/** By this milo says of an attempt that it waited for its claim in vain. */
const UNCLAIMED = "Its bot did not claim in time";

/**
 * Nothing is concluded from a silence that nobody listened to: no attempt is given up for want of a claim, and so feeds no
 * breaker, and no bot is called unreachable, before it could have been heard for as long as it may be silent.
 */
export function checkHeard(
  before: Snapshot,
  after: Snapshot,
  world: Pick<World, "hearing" | "clusters" | "times">,
): Violation[] {
  const found: Violation[] = [];
  for (const is of after.deployments.values()) {
    const was = before.deployments.get(is.id);
    if (was === undefined) continue;
    const what = judgeClaim(was, is, world) ?? judgeSilence(was, is, world);
    if (what !== null) found.push({ promise: 3, what: `${is.launchKey} ${what}`, botId: is.botId });
  }
  return found;
}

function judgeClaim(was: DeploymentRow, is: DeploymentRow, { hearing }: Pick<World, "hearing">): string | null {
  if (was.phase === is.phase || is.reason !== UNCLAIMED || was.reason === UNCLAIMED) return null;
  const heardMs = hearing.heardSinceMs(is.reservedMs);
  const dueMs = is.startByMs - is.reservedMs;
  return heardMs < dueMs - SET_BACK_MS
    ? `was given up though its claim could be heard for ${heardMs} ms of ${dueMs} alone`
    : null;
}

function judgeSilence(
  was: DeploymentRow,
  is: DeploymentRow,
  { hearing, clusters, times }: Pick<World, "hearing" | "clusters" | "times">,
): string | null {
  if (was.unreachableMs !== null || is.unreachableMs === null) return null;
  const its = clusters.get(is.platform)?.workloads.filter((w) => w.launchKey === is.launchKey) ?? [];
  const heardMs = hearing.heardSinceMs(Math.max(...its.map((w) => w.heardMs ?? 0)));
  if (heardMs >= times.heartbeatStaleMs - SET_BACK_MS) return null;
  return `was called unreachable though it could be heard for ${heardMs} ms alone since it spoke`;
}
