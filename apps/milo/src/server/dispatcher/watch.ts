import type { DeploymentPlatform } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { ObservedEnd } from "#server/database/repositories/end-observed.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { noteFailure } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";
import { judge, type Verdict } from "./judge-workload.ts";

/** Nothing is known of how it ended. */
const LOST = { exitCode: null, infrastructure: true };

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
 * more closely than listings do, only one may count what is absent: `countAbsence`.
 */
export async function watchPlatform(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  { countAbsence = true } = {},
): Promise<Look> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return NOTHING_SEEN;
  const listedAtMs = await readNowMs(ctx.sql);
  const askedAtMs = ctx.monotonicMs();
  const listing = await service.list();
  const listingMs = ctx.monotonicMs() - askedAtMs;
  if (listing.kind === "failed") {
    ctx.log.warn({ platform, reason: listing.reason }, "Listing failed: nothing is concluded from it");
    return { ...NOTHING_SEEN, listingMs };
  }
  await ctx.failpoint("watch:listed");
  const find = indexWorkloads(listing.workloads);
  const watched = await ctx.repositories.readWatched(ctx.sql, platform, ctx.times.heartbeatStaleMs);
  const look = { ...NOTHING_SEEN, listingMs };
  for (const deployment of watched) {
    const workload = find(deployment);
    look.starting ||= deployment.phase === "LAUNCHING" || deployment.phase === "STARTING";
    look.unsettled ||= deployment.phase === "LAUNCHING" && workload?.startFailure !== undefined;
    try {
      const verdict = judge(deployment, workload, listedAtMs);
      if (!countAbsence && (verdict.kind === "missed" || verdict.kind === "absent")) continue;
      await actOn(ctx, { platform, deployment, workload, verdict, listedAtMs });
    } catch (error) {
      // One attempt that cannot be dealt with now must not keep all after it from being looked at.
      ctx.log.error({ err: error, launchKey: deployment.launchKey }, "Cannot act on what the listing says; next time");
    }
  }
  return look;
}

/** The workload recorded for an attempt, else what bears its key: rather one that was started than an inert twin. */
function indexWorkloads(workloads: readonly Workload[]): (deployment: WatchedDeployment) => Workload | undefined {
  const byIdentifier = new Map(workloads.map((workload) => [workload.identifier, workload]));
  const byKey = new Map<string, Workload>();
  for (const workload of workloads) {
    const { launchKey } = workload;
    if (launchKey === null || (workload.state === "inert" && byKey.has(launchKey))) continue;
    byKey.set(launchKey, workload);
  }
  return ({ identifier, launchKey }) =>
    (identifier === null ? undefined : byIdentifier.get(identifier)) ?? byKey.get(launchKey);
}

type Judged = {
  platform: DeploymentPlatform;
  deployment: WatchedDeployment;
  workload: Workload | undefined;
  verdict: Verdict;
  listedAtMs: number;
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
      await endObserved(ctx, platform, { deploymentId, listedAtMs, ...verdict });
      ctx.log.info({ launchKey: deployment.launchKey, reason: verdict.reason }, "Its workload has ended");
      return;
    case "absent":
      await repositories.countAbsence(sql, deploymentId, false);
      if (deployment.phase === "STOPPING") await repositories.confirmGone(sql, deploymentId);
      else await endObserved(ctx, platform, { deploymentId, listedAtMs, ...LOST, reason: verdict.reason });
      ctx.log.warn({ launchKey: deployment.launchKey, reason: verdict.reason }, "Its workload is not there any more");
      return;
    case "start_failed":
      await giveUpStart(ctx, platform, deploymentId, verdict);
      ctx.log.warn({ launchKey: deployment.launchKey, ...verdict }, "It will not start");
  }
}

async function endObserved(ctx: DispatcherContext, platform: DeploymentPlatform, end: ObservedEnd): Promise<void> {
  const failure = await ctx.repositories.endObserved(ctx.sql, end, ctx.random());
  if (failure !== null) await noteFailure(ctx, platform, { deploymentId: end.deploymentId, ...failure });
}

async function giveUpStart(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  deploymentId: number,
  verdict: Extract<Verdict, { kind: "start_failed" }>,
): Promise<void> {
  const failure = { deploymentId, class: verdict.class, reason: verdict.reason };
  const input = { ...failure, fence: null, nothingExists: false, random: ctx.random() };
  if (await ctx.repositories.giveUpAttempt(ctx.sql, input)) await noteFailure(ctx, platform, failure);
}
