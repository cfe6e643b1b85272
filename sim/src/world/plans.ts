import { DEPLOYMENT_PLATFORMS, type PlannedPlatform, type PlatformPlan } from "@milo/placement";
import type { Random } from "../engine/random.ts";

/** Small limits, so that they are met; any order, sometimes without one of the platforms, sometimes without waits. */
export function drawPlan(random: Random): PlatformPlan {
  const order = [...DEPLOYMENT_PLATFORMS];
  if (random.chance(0.5)) order.sort(() => random.next() - 0.5);
  if (random.chance(0.1)) order.pop();
  const platforms = order.map(
    (platform): PlannedPlatform => ({
      platform,
      limit: random.chance(0.1) ? 0 : random.integer(1, 6),
      queueTimeoutMs: random.chance(0.1) ? 0 : random.integer(1, 12) * 5_000,
      launchConcurrency: platform === "coolify" ? 2 : random.integer(1, 8),
    }),
  );
  return { platforms, globalQueueTimeoutMs: random.chance(0.1) ? 0 : random.integer(1, 20) * 15_000 };
}

/** The same plan with other limits: what an operator changes most often. */
export function withOtherLimits(random: Random, plan: PlatformPlan): PlatformPlan {
  return { ...plan, platforms: plan.platforms.map((p) => ({ ...p, limit: random.integer(0, 6) })) };
}
