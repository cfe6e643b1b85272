import { isLive, MAX_REPLACEMENTS } from "@milo/placement";
import type { World } from "../world/world.ts";
import type { BotRow, DeploymentRow, Snapshot } from "./snapshot.ts";
import type { Violation } from "./violation.ts";

type Report = (promise: Violation["promise"], what: string) => void;

/**
 * A claimed bot is replaced only when its container has ended, by the platform's own record, or when its replacement waits
 * for that, or when an operator vouched for it; at its old place, seldom enough, and not once it was told to stop.
 */
export function checkReplaced(
  before: Snapshot,
  after: Snapshot,
  world: Pick<World, "clusters" | "vouched">,
): Violation[] {
  const found: Violation[] = [];
  for (const bot of after.bots.values()) {
    const was = before.bots.get(bot.id);
    if (was === undefined || bot.replacements <= was.replacements) continue;
    const report: Report = (promise, what) =>
      found.push({ promise, what: `Bot ${bot.id} was replaced ${what}`, botId: bot.id });
    const its = [...after.deployments.values()].filter((d) => d.botId === bot.id);
    judgeReplacement(was, bot, its, world, report);
    const places = new Set([...after.entries.values()].filter((e) => e.botId === bot.id).map((e) => e.queuedMs));
    if (places.size > 1) report(3, "at another place in the queue than its own");
    const wasLive = (d: DeploymentRow) => isLive(before.deployments.get(d.id)?.phase ?? "RESERVED");
    for (const attempt of its.filter((d) => !isLive(d.phase) && wasLive(d)))
      if (!mayBeReplaced(attempt, world)) report(2, `while ${attempt.launchKey} runs`);
  }
  return [...found, ...checkHeld(before, after)];
}

function judgeReplacement(
  was: BotRow,
  is: BotRow,
  its: readonly DeploymentRow[],
  { vouched }: Pick<World, "vouched">,
  report: Report,
): void {
  if (was.stopRequested) report(3, "though it was told to stop");
  if (was.status === "LEAVING" || was.status === "CALL_ENDED") report(3, `while it was ${was.status}`);
  const isOrdered = its.some((d) => vouched.has(d.launchKey));
  if (is.replacements > MAX_REPLACEMENTS && !isOrdered) report(4, `${is.replacements} times`);
}

function mayBeReplaced(lost: DeploymentRow, { clusters, vouched }: Pick<World, "clusters" | "vouched">): boolean {
  if (lost.holdsBot || vouched.has(lost.launchKey)) return true;
  const { identifier, launchKey } = lost;
  const its = (clusters.get(lost.platform)?.workloads ?? []).filter((w) =>
    identifier === null ? w.launchKey === launchKey : w.identifier === identifier,
  );
  return its.every((workload) => workload.state === "ended");
}

/** While a container holds its bot, no platform is given it. */
function checkHeld(before: Snapshot, after: Snapshot): Violation[] {
  const holds = (d: DeploymentRow | undefined) => d?.phase === "STOPPING" && d.holdsBot;
  const held = new Map(
    [...after.deployments.values()]
      .filter((d) => holds(d) && holds(before.deployments.get(d.id)))
      .map((d) => [d.botId, d.launchKey]),
  );
  if (held.size === 0) return [];
  return [...after.deployments.values()]
    .filter((d) => d.botId !== null && held.has(d.botId) && !before.deployments.has(d.id))
    .map(({ botId, launchKey }) => ({
      promise: 2,
      what: `${launchKey} was placed before ${held.get(botId)} was gone`,
      botId,
    }));
}
