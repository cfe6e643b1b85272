import type { World } from "../world/world.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

/**
 * A launch changes its attempt only while it holds it: what another has taken over may have a container by now that
 * the old holder knows nothing of.
 */
export function checkHolder(before: Snapshot, after: Snapshot, { launching }: World): Violation[] {
  if (launching === null) return [];
  const { launchKey, dispatcherId } = launching;
  const was = [...before.deployments.values()].find((d) => d.launchKey === launchKey);
  const is = was === undefined ? undefined : after.deployments.get(was.id);
  if (was === undefined || is === undefined || is.phase === was.phase || was.leaseOwner === dispatcherId) return [];
  const holder = was.leaseOwner ?? "nobody";
  const what = `${launchKey} went from ${was.phase} to ${is.phase} by ${dispatcherId}, while ${holder} held it`;
  return [{ promise: 4, what, botId: was.botId }];
}
