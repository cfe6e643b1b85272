import type { DeploymentPlatform } from "@milo/placement";
import { readHealthAge } from "#server/database/repositories/platform-rows.ts";
import { noteAnswer } from "./breaker.ts";
import { askWarm, type DispatcherContext } from "./context.ts";
import { restOf } from "./share-polling.ts";

/** Dispatchers that wait for the same moment are spread over so much of the interval: the first of them asks for all. */
const SPREAD = 0.1;

/**
 * Asks one platform how it is, unless another dispatcher has in this interval: a platform's API is asked as often by
 * thirty of them as by one. Answers the pause until it is due again, spread out by `stretch` where many wait for it.
 */
export async function takeHealthTurn(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  stretch = 1,
): Promise<number> {
  const { healthCheckMs } = ctx.times;
  const random = ctx.random();
  const spreadMs = healthCheckMs * SPREAD * random + restOf(healthCheckMs, stretch, random) - healthCheckMs;
  const ageMs = await askWarm(ctx, (sql) => readHealthAge(sql, platform));
  // One from the future was written before the database's clock was set back, and says nothing.
  if (ageMs !== null && ageMs >= 0 && ageMs < healthCheckMs) return healthCheckMs - ageMs + spreadMs;
  await checkPlatformHealth(ctx, platform);
  return healthCheckMs;
}

/**
 * Asks one platform how it is, stores the answer and tells its breaker. Makes good, too, for entries that were held by
 * somebody when their stage's platform was closed, and ends a back-off that a claim has proved over.
 */
export async function checkPlatformHealth(ctx: DispatcherContext, platform: DeploymentPlatform): Promise<void> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return;
  const report = await service.checkHealth();
  const forMs = await ctx.repositories.saveHealth(ctx.sql, platform, report, ctx.times.healthFreshMs);
  await noteAnswer(ctx, platform, { ...report, forMs });
  await ctx.repositories.endBackOffByClaim(ctx.sql, platform);
  await ctx.repositories.recheckPassedStages(ctx.sql);
  if (!report.healthy) ctx.log.warn({ platform, why: report.reason }, "Platform is unhealthy");
}
