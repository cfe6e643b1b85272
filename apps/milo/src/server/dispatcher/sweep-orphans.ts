import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import type { Sighting } from "#server/database/repositories/orphans.ts";
import { alarmFacts } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";
import { type Guard, guardMassStop, type Suspects } from "./mass-stop.ts";
import { botIdsOf, type FindWorkload, findStrangers, mayRun, weighSuspects } from "./strangers.ts";

/** One clean listing, and the attempts as they were read after it. */
export type Listed = {
  platform: DeploymentPlatform;
  listedAtMs: number;
  workloads: readonly Workload[];
  watched: readonly WatchedDeployment[];
  find: FindWorkload;
};

/** What absence may end now: nothing while a mass stop is held; at once what is silent, when an operator has confirmed it. */
export type Belief = "held" | "believed" | "confirmed";

/**
 * Looks for workloads of ours that no attempt owns and has them stopped, unless the listing as a whole would end so much
 * that it is not believed yet. An orphan is counted either way.
 */
export async function sweepOrphans(ctx: DispatcherContext, listed: Listed): Promise<Belief> {
  const { sql, repositories } = ctx;
  const { platform, listedAtMs, workloads, watched, find } = listed;
  const strangers = findStrangers(workloads, watched);
  await repositories.passOverBotIds(sql, botIdsOf(strangers));
  const sightings = await repositories.noteStrangers(sql, platform, { listedAtMs, strangers });
  await ctx.failpoint("orphans:noted");
  const held = await repositories.readHeldOrphans(sql, platform);
  const suspects = weighSuspects({ watched, find, sightings, held, listedAtMs });
  const belief = await holdMassStop(ctx, platform, suspects, listedAtMs);
  const isHeld = belief === "held";
  await ctx.failpoint("orphans:guarded");
  await insertDue(ctx, listed, sightings, isHeld);
  if (held.size > 0) {
    const over = workloads.filter((workload) => !mayRun(workload));
    const identifiers = isHeld ? over.map(({ identifier }) => identifier) : "all";
    await repositories.releaseOrphans(sql, platform, { listedAtMs, identifiers });
  }
  return belief;
}

/** What is to be believed after this listing. Stored before anything is done by it. */
async function holdMassStop(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  suspects: Suspects,
  listedAtMs: number,
): Promise<Belief> {
  const { sql, repositories } = ctx;
  const known = await repositories.readMassStop(sql, platform);
  const guard = guardMassStop(known, suspects, listedAtMs);
  if (guard.kind === "clear") {
    if (known === null) return "believed";
    if (!(await repositories.clearMassStop(sql, platform, listedAtMs))) return "held";
    tellDecision(ctx.log, "sweep_resumed", { platform, why: "its listings show its bots again: nothing is held" });
    return "believed";
  }
  const reason = describe(platform, suspects);
  await repositories.saveMassStop(sql, platform, { ...guard, reason });
  tell(ctx, platform, guard, reason);
  if (guard.goesOn === "confirmed") return "confirmed";
  return guard.goesOn === null ? "held" : "believed";
}

function describe(platform: DeploymentPlatform, { total, missing, orphans }: Suspects): string {
  return `A sweep would end ${missing + orphans} of ${total} on ${PLATFORM_LABELS[platform]} (${missing} not listed, ${orphans} owned by no attempt)`;
}

function tell(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  { news }: Extract<Guard, { kind: "mass_stop" }>,
  reason: string,
): void {
  if (news === "begins") tellDecision(ctx.log, "sweep_held", { platform, why: reason, ...alarmFacts("mass_stop") });
  if (news !== "agreed") return;
  const why = `${reason}; every listing and their silence have agreed for 5 min`;
  tellDecision(ctx.log, "sweep_resumed", { platform, why });
}

async function insertDue(
  ctx: DispatcherContext,
  { platform, listedAtMs }: Listed,
  sightings: readonly Sighting[],
  isHeld: boolean,
): Promise<void> {
  const due = sightings
    .filter((sighting) => sighting.due)
    .map((sighting) => ({ ...sighting, held: isHeld && mayRun(sighting) }));
  for (const orphan of await ctx.repositories.insertOrphans(ctx.sql, platform, { listedAtMs, orphans: due })) {
    const why = `no attempt owns ${orphan.identifier}, it is to be stopped: ${orphan.reason}`;
    tellDecision(ctx.log, "reclaimed", { platform, why, ...(orphan.launchKey && { launchKey: orphan.launchKey }) });
  }
}
