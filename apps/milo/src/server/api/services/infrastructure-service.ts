import { type DeploymentPlatform, PLATFORM_LABELS, type PlatformPlan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import {
  type PlatformStats,
  readPlatformStates,
  readPlatformStats,
} from "#server/database/repositories/capacity-view.ts";
import { type QueueStats, readQueueStats } from "#server/database/repositories/queue-view.ts";
import type { Times } from "../../../config/times.ts";
import { type DeploymentList, type DeploymentQuery, listDeployments } from "./deployment-list.ts";

/** A platform of the plan; `order` is its place in the priority order, from 1. */
export type PlatformInfo = {
  platform: DeploymentPlatform;
  label: string;
  order: number;
  mode: "enabled" | "hold" | "drain";
};

export type InfrastructureService = {
  getPlatforms(): Promise<PlatformInfo[]>;
  /** One row per platform of the plan, or the named one's alone. */
  getStats(platform?: DeploymentPlatform): Promise<PlatformStats[]>;
  getQueueStats(): Promise<QueueStats>;
  /** One page of deployments, of bots past and present. Throws BAD_INPUT. */
  getDeployments(query: DeploymentQuery): Promise<DeploymentList>;
};

export function createInfrastructureService(deps: {
  sql: Sql;
  plan: PlatformPlan;
  times: Times;
}): InfrastructureService {
  const { sql, plan, times } = deps;
  return {
    async getPlatforms() {
      const modes = new Map((await readPlatformStates(sql, times.healthFreshMs)).map((s) => [s.platform, s.mode]));
      return plan.platforms.map(({ platform }, index) => ({
        platform,
        label: PLATFORM_LABELS[platform],
        order: index + 1,
        mode: modes.get(platform) ?? "enabled",
      }));
    },
    async getStats(platform) {
      const stats = new Map((await readPlatformStats(sql)).map((row) => [row.platform, row]));
      const wanted = plan.platforms.map((p) => p.platform).filter((p) => platform === undefined || p === platform);
      return wanted.flatMap((p) => stats.get(p) ?? []);
    },
    getQueueStats: () => readQueueStats(sql),
    getDeployments: (query) => listDeployments(sql, query),
  };
}
