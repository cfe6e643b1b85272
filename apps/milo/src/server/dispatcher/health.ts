import type { DeploymentPlatform } from "@milo/placement";
import { noteAnswer } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";

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
