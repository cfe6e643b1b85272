import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** A dispatcher whose heartbeat is fresh, with the plan it was started with. */
export type LivePlan = { id: string; plan: PlatformPlan };

export function readLivePlans(sql: Sql, liveMs: number): Promise<LivePlan[]> {
  return sql<LivePlan[]>`
    SELECT id, plan FROM dispatchers
    WHERE heartbeat_at > milo_now() - make_interval(secs => ${liveMs / 1000}::float8) ORDER BY id`;
}

/** Those on whose limit the plans disagree, as `applyPlans` sees it: a plan without a platform counts as 0. */
export function platformsOfDifferingLimit(plans: readonly PlatformPlan[]): DeploymentPlatform[] {
  const named = new Set(plans.flatMap(({ platforms }) => platforms.map(({ platform }) => platform)));
  const limitIn = (plan: PlatformPlan, name: DeploymentPlatform) =>
    plan.platforms.find(({ platform }) => platform === name)?.limit ?? 0;
  return [...named].filter((name) => new Set(plans.map((plan) => limitIn(plan, name))).size > 1).sort();
}
