import type { DeploymentPlatform } from "@milo/placement";
import type { DispatcherContext } from "./context.ts";

/** Asks one platform how it is and stores the answer. */
export async function checkPlatformHealth(ctx: DispatcherContext, platform: DeploymentPlatform): Promise<void> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return;
  const report = await service.checkHealth();
  await ctx.repositories.saveHealth(ctx.sql, platform, report);
  if (!report.healthy) ctx.log.warn({ platform, reason: report.reason }, "Platform is unhealthy");
}
