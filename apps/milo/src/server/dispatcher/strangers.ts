import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import type { Sighting, Stranger } from "#server/database/repositories/orphans.ts";
import type { Suspects } from "./mass-stop.ts";

/** Finds an attempt's workload in one listing. */
export type FindWorkload = (deployment: WatchedDeployment) => Workload | undefined;

/**
 * Workloads of ours in one listing that no attempt owns: neither the recorded one of anything that holds a slot, nor
 * under the key of an attempt that is being launched or whose workload is not recorded yet. Pure.
 */
export function findStrangers(workloads: readonly Workload[], watched: readonly WatchedDeployment[]): Stranger[] {
  const recorded = new Set(watched.map((deployment) => deployment.identifier));
  const unresolved = new Set(watched.filter(isUnresolved).map((deployment) => deployment.launchKey));
  return workloads
    .filter(({ identifier, launchKey }) => !recorded.has(identifier) && !unresolved.has(launchKey ?? ""))
    .map(({ identifier, launchKey, state }) => ({ identifier, launchKey, state }));
}

function isUnresolved({ identifier, phase }: WatchedDeployment): boolean {
  return identifier === null || phase === "LAUNCHING";
}

/** The bot ids in launch keys, as `bot-<installation>-<botId>-a<attempt>`. */
export function botIdsOf(strangers: readonly Stranger[]): number[] {
  return strangers.flatMap(({ launchKey }) => {
    const id = /^bot-[a-z2-7]{6}-(\d{1,9})-a\d+$/.exec(launchKey ?? "")?.[1];
    return id === undefined ? [] : [Number(id)];
  });
}

/**
 * What one clean listing would end: bots that it does not show, and workloads that it does and that no attempt owns, those
 * included whose stop is held. What is to end anyway has no bot to lose. A bot that was carried over from before the bot
 * contract bears no mark of ours, is in no listing and never ended by that. Pure.
 */
export function weighSuspects(seen: {
  watched: readonly WatchedDeployment[];
  find: FindWorkload;
  sightings: readonly Sighting[];
  held: ReadonlySet<number>;
  listedAtMs: number;
}): Suspects {
  const bots = seen.watched.filter((deployment) => isListedBot(deployment, seen.listedAtMs));
  const missing = bots.filter((deployment) => seen.find(deployment) === undefined);
  const held = seen.watched.filter((one) => seen.held.has(one.deploymentId) && mayRun(seen.find(one)));
  const strangers = seen.sightings.filter(mayRun);
  const orphans = held.length + strangers.length;
  const silent = [...missing, ...held].every((deployment) => deployment.silent);
  return { total: bots.length + orphans, missing: missing.length, orphans, silent };
}

/**
 * How far a platform's listings may lag behind what it has accepted: ECS lists are eventually consistent, for up to a
 * minute. What is younger proves nothing by its absence; its silence is too short to end it anyway.
 */
const LIST_LAG_MS = 60_000;

/** Whether it has a bot, and a listing of that moment shows it if it is there. */
function isListedBot({ phase, heartbeatAtMs, acceptedAtMs }: WatchedDeployment, listedAtMs: number): boolean {
  if (phase !== "STARTING" && phase !== "RUNNING") return false;
  const isCarriedOver = phase === "RUNNING" && heartbeatAtMs === null;
  return !isCarriedOver && acceptedAtMs !== null && acceptedAtMs + LIST_LAG_MS <= listedAtMs;
}

/** One that never started or has ended is cleaned up at once: no bot is ended by that. */
export function mayRun(workload: Pick<Workload, "state"> | undefined): boolean {
  return workload?.state === "running" || workload?.state === "starting";
}
