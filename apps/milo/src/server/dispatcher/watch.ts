import type { DeploymentPlatform } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { ObservedEnd } from "#server/database/repositories/end-observed.ts";
import type { WatchedDeployment } from "#server/database/repositories/observe-workloads.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { noteFailure } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";
import { judge, type Verdict } from "./judge-workload.ts";

/**
 * Lists one platform's workloads and acts on what that proves. List first, then read the database: an attempt that
 * is newer than the listing is not judged by it. A failed listing changes nothing.
 */
export async function watchPlatform(ctx: DispatcherContext, platform: DeploymentPlatform): Promise<void> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return;
  const listedAtMs = await readNowMs(ctx.sql);
  const listing = await service.list();
  if (listing.kind === "failed") {
    ctx.log.warn({ platform, reason: listing.reason }, "Listing failed: nothing is concluded from it");
    return;
  }
  await ctx.failpoint("watch:listed");
  const find = indexWorkloads(listing.workloads);
  const watched = await ctx.repositories.readWatched(ctx.sql, platform, ctx.times.heartbeatStaleMs);
  for (const deployment of watched) {
    const workload = find(deployment);
    try {
      const verdict = judge(deployment, workload, listedAtMs, ctx.times.unreachablePatienceMs);
      await actOn(ctx, { platform, deployment, workload, verdict, listedAtMs });
    } catch (error) {
      // One attempt that cannot be dealt with now must not keep all after it from being looked at.
      ctx.log.error({ err: error, launchKey: deployment.launchKey }, "Cannot act on what the listing says; next time");
    }
  }
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
      await endAbsent(ctx, judged, verdict.reason);
      ctx.log.warn({ launchKey: deployment.launchKey, reason: verdict.reason }, "Its workload is not there any more");
      return;
    case "unreachable":
      if (workload === undefined) await repositories.countAbsence(sql, deploymentId, false);
      if (await repositories.noteUnreachable(sql, { deploymentId, listedAtMs, reason: verdict.reason })) {
        const alarm = { alarm: "bot_unreachable", platform, launchKey: deployment.launchKey, reason: verdict.reason };
        ctx.log.error(alarm, "A claimed bot cannot be reached; it is replaced only on request");
      }
      return;
    case "reachable":
      await repositories.noteReachable(sql, deploymentId);
      return;
    case "reclaim":
      await repositories.noteReclaim(sql, deploymentId, verdict.reason);
      ctx.log.warn({ launchKey: deployment.launchKey, reason: verdict.reason }, "The platform takes it away");
      return;
    case "start_failed":
      await giveUpStart(ctx, platform, deploymentId, verdict);
      ctx.log.warn({ launchKey: deployment.launchKey, ...verdict }, "It will not start");
  }
}

/** No evidence of an end, but of an absence that counts. What has not claimed is a failed launch. */
async function endAbsent(ctx: DispatcherContext, judged: Judged, reason: string): Promise<void> {
  const { platform, listedAtMs, deployment } = judged;
  const { deploymentId, phase } = deployment;
  if (phase === "STOPPING") await ctx.repositories.confirmGone(ctx.sql, deploymentId);
  else if (phase === "RUNNING") await ctx.repositories.endUnreachable(ctx.sql, { deploymentId, listedAtMs, reason });
  else await endObserved(ctx, platform, { deploymentId, listedAtMs, exitCode: null, infrastructure: true, reason });
}

async function endObserved(ctx: DispatcherContext, platform: DeploymentPlatform, end: ObservedEnd): Promise<void> {
  const by = { random: ctx.random(), policy: ctx.replacePolicy };
  const failure = await ctx.repositories.endObserved(ctx.sql, end, by);
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
