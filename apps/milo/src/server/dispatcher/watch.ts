import type { DeploymentPlatform } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { ObservedEnd } from "#server/database/repositories/end-observed.ts";
import type { BotFate } from "#server/database/repositories/finish-bot.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { alarmFacts, raiseAlarm } from "#server/logging/alarms.ts";
import { tellDecision, tellFate } from "#server/logging/decisions.ts";
import { noteFailure } from "./breaker.ts";
import { askWarm, type DispatcherContext } from "./context.ts";
import { giveUp, tellGivenUp } from "./give-up.ts";
import { judge, type Verdict } from "./judge-workload.ts";
import type { FindWorkload } from "./strangers.ts";
import { sweepOrphans } from "./sweep-orphans.ts";

/** Counted, and nothing concluded from it yet. */
const MISSED = { kind: "missed" } as const;

/** What a look leaves to be looked for. */
export type Look = {
  /** Launches are under way. */
  starting: boolean;
  /** One of them will not start, while its launcher has yet to write that it was accepted: to be judged in a moment. */
  unsettled: boolean;
  /** How long the platform took to list. */
  listingMs: number;
};

const NOTHING_SEEN: Look = { starting: false, unsettled: false, listingMs: 0 };

/**
 * Lists one platform's workloads and acts on what that proves. List first, then read the database: an attempt that
 * is newer than the listing is not judged by it. A failed listing changes nothing. Of looks that follow each other
 * more closely than listings do, only one may count what is absent: `countAbsence`. `sweep` looks for orphans.
 */
export async function watchPlatform(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  { countAbsence = true, sweep = countAbsence }: { countAbsence?: boolean; sweep?: boolean } = {},
): Promise<Look> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return NOTHING_SEEN;
  const listedAtMs = await askWarm(ctx, readNowMs);
  const askedAtMs = ctx.monotonicMs();
  const listing = await service.list();
  const listingMs = ctx.monotonicMs() - askedAtMs;
  if (listing.kind === "failed") {
    ctx.log.warn({ platform, why: listing.reason }, "Listing failed: nothing is concluded from it");
    return { ...NOTHING_SEEN, listingMs };
  }
  ctx.onListed?.(platform, listing.workloads);
  await ctx.failpoint("watch:listed");
  const find = indexWorkloads(listing.workloads);
  const watched = await ctx.repositories.readWatched(ctx.sql, platform, ctx.times.heartbeatStaleMs);
  const { workloads } = listing;
  // A look in between concludes nothing from what it does not show, and has no need to look for orphans.
  const belief = sweep ? await sweepOrphans(ctx, { platform, listedAtMs, workloads, watched, find }) : "held";
  const isBelieved = belief !== "held";
  const patienceMs = belief === "confirmed" ? 0 : ctx.times.unreachablePatienceMs;
  const look = { ...NOTHING_SEEN, listingMs };
  for (const deployment of watched) {
    const workload = find(deployment);
    look.starting ||= deployment.phase === "LAUNCHING" || deployment.phase === "STARTING";
    look.unsettled ||= deployment.phase === "LAUNCHING" && workload?.startFailure !== undefined;
    try {
      if (workload === undefined && !countAbsence) continue;
      const verdict = judge(deployment, workload, listedAtMs, patienceMs);
      const counted = verdict.kind === "absent" && !isBelieved ? MISSED : verdict;
      await actOn(ctx, { platform, deployment, workload, verdict: counted, listedAtMs, isBelieved });
    } catch (error) {
      // One attempt that cannot be dealt with now must not keep all after it from being looked at.
      ctx.log.error({ err: error, launchKey: deployment.launchKey }, "Cannot act on what the listing says; next time");
    }
  }
  return look;
}

/**
 * The workload recorded for an attempt, and no other that bears its key. Before one is recorded: what bears its key,
 * rather one that was started than an inert twin.
 */
function indexWorkloads(workloads: readonly Workload[]): FindWorkload {
  const byIdentifier = new Map(workloads.map((workload) => [workload.identifier, workload]));
  const byKey = new Map<string, Workload>();
  for (const workload of workloads) {
    const { launchKey } = workload;
    if (launchKey === null || (workload.state === "inert" && byKey.has(launchKey))) continue;
    byKey.set(launchKey, workload);
  }
  return ({ identifier, launchKey }) => (identifier === null ? byKey.get(launchKey) : byIdentifier.get(identifier));
}

type Judged = {
  platform: DeploymentPlatform;
  deployment: WatchedDeployment;
  workload: Workload | undefined;
  verdict: Verdict;
  listedAtMs: number;
  /** False while a listing that misses most bots is not believed. */
  isBelieved: boolean;
};

async function actOn(ctx: DispatcherContext, judged: Judged): Promise<void> {
  const { platform, deployment, workload, verdict, listedAtMs } = judged;
  const { sql, repositories } = ctx;
  const { deploymentId } = deployment;
  if (workload !== undefined && deployment.identifier === null) {
    await repositories.adoptIdentifier(sql, deploymentId, workload.identifier);
  }
  switch (verdict.kind) {
    case "nothing":
      return;
    case "seen":
      await repositories.countAbsence(sql, deploymentId, true);
      return;
    case "missed":
      await repositories.countAbsence(sql, deploymentId, false);
      return;
    case "ended":
      await endObserved(ctx, judged, { deploymentId, listedAtMs, ...verdict });
      return;
    case "absent":
      await repositories.countAbsence(sql, deploymentId, false);
      await endAbsent(ctx, judged, verdict.reason);
      return;
    case "unreachable":
      if (workload === undefined) await repositories.countAbsence(sql, deploymentId, false);
      if (await repositories.noteUnreachable(sql, { deploymentId, listedAtMs, reason: verdict.reason })) {
        const facts = { platform, launchKey: deployment.launchKey, why: verdict.reason };
        const text = "A claimed bot cannot be reached; it is replaced only on request";
        // The alarm of a mass stop stands for all of them.
        if (judged.isBelieved || workload !== undefined) raiseAlarm(ctx.log, "bot_unreachable", facts, text);
        else ctx.log.warn({ ...facts, ...alarmFacts("bot_unreachable") }, text);
      }
      return;
    case "reachable":
      await repositories.noteReachable(sql, deploymentId);
      return;
    case "reclaim":
      if (await repositories.noteReclaim(sql, deploymentId, verdict.reason)) {
        const why = verdict.reason ?? "its platform does not take it away any more";
        tellDecision(ctx.log, "reclaimed", { platform, launchKey: deployment.launchKey, why });
      }
      return;
    case "start_failed":
      await giveUpStart(ctx, platform, deployment, verdict);
  }
}

/** No evidence of an end, but of an absence that counts. What has not claimed is a failed launch. */
async function endAbsent(ctx: DispatcherContext, judged: Judged, reason: string): Promise<void> {
  const { platform, listedAtMs, deployment } = judged;
  const { deploymentId, phase, launchKey } = deployment;
  if (phase === "STOPPING") {
    if (!(await ctx.repositories.confirmAbsent(ctx.sql, deploymentId))) return;
    tellDecision(ctx.log, "reclaimed", { platform, launchKey, why: reason });
  } else if (phase === "RUNNING") {
    const fate = await ctx.repositories.endUnreachable(ctx.sql, { deploymentId, listedAtMs, reason });
    if (fate !== null) tellFate(ctx.log, fate, { platform, launchKey });
  } else await endObserved(ctx, judged, { deploymentId, listedAtMs, exitCode: null, infrastructure: true, reason });
}

async function endObserved(ctx: DispatcherContext, judged: Judged, end: ObservedEnd): Promise<void> {
  const { platform, deployment } = judged;
  const name = { platform, launchKey: deployment.launchKey };
  const fates: BotFate[] = [];
  const onFate = (fate: BotFate) => void fates.push(fate);
  const by = { random: ctx.random(), policy: ctx.replacePolicy, onFate };
  const failure = await ctx.repositories.endObserved(ctx.sql, end, by);
  if (failure === null) {
    for (const fate of fates) tellFate(ctx.log, fate, name);
    return;
  }
  tellGivenUp(ctx, name, failure, fates);
  await noteFailure(ctx, platform, { deploymentId: end.deploymentId, ...failure });
}

async function giveUpStart(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  { deploymentId, launchKey }: WatchedDeployment,
  verdict: Extract<Verdict, { kind: "start_failed" }>,
): Promise<void> {
  const failure = { deploymentId, class: verdict.class, reason: verdict.reason };
  await giveUp(ctx, { platform, launchKey }, { ...failure, fence: null, nothingExists: false });
}
