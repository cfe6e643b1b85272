import { type DeploymentPlatform, PLATFORM_LABELS, type PlatformPlan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import {
  type BreakerView,
  type PlatformStats,
  readPlatformStates,
  readPlatformStats,
} from "#server/database/repositories/capacity-view.ts";
import { type PlatformMode, setPlatformMode } from "#server/database/repositories/platform-mode.ts";
import { type QueueStats, readQueueStats } from "#server/database/repositories/queue-view.ts";
import { withRetry } from "#server/database/retry.ts";
import type { Times } from "../../../config/times.ts";
import { type DeploymentList, type DeploymentQuery, listDeployments } from "./deployment-list.ts";
import { ServiceError } from "./errors.ts";

/** A platform of the plan; `order` is its place in the priority order, from 1. */
export type PlatformInfo = {
  platform: DeploymentPlatform;
  label: string;
  order: number;
  mode: PlatformMode;
  /** What the operator who set the mode gave as the reason. */
  modeReason: string | null;
  modeSince: Date;
  breaker: BreakerView;
};

/** What a platform is to do from now on; `reason` is shown to everybody who asks. */
export type ModeWish = { platform: DeploymentPlatform; mode: PlatformMode; reason?: string };

export type InfrastructureService = {
  getPlatforms(): Promise<PlatformInfo[]>;
  /** One row per platform of the plan, or the named one's alone. */
  getStats(platform?: DeploymentPlatform): Promise<PlatformStats[]>;
  getQueueStats(): Promise<QueueStats>;
  /** Takes effect at once: bots that waited for a platform now closed move on. Throws NOT_FOUND outside the plan. */
  setPlatformMode(wish: ModeWish): Promise<PlatformInfo>;
  /** One page of deployments, of bots past and present. Throws BAD_INPUT. */
  getDeployments(query: DeploymentQuery): Promise<DeploymentList>;
};

export function createInfrastructureService(deps: {
  sql: Sql;
  plan: PlatformPlan;
  times: Times;
}): InfrastructureService {
  const { sql, plan, times } = deps;
  async function getPlatforms(): Promise<PlatformInfo[]> {
    const states = new Map((await readPlatformStates(sql, times.healthFreshMs)).map((s) => [s.platform, s]));
    return plan.platforms.flatMap(({ platform }, index) => {
      const state = states.get(platform);
      if (state === undefined) return [];
      const { mode, modeReason, modeSince, breaker } = state;
      return [{ platform, label: PLATFORM_LABELS[platform], order: index + 1, mode, modeReason, modeSince, breaker }];
    });
  }
  return {
    getPlatforms,
    async setPlatformMode(wish) {
      if (!plan.platforms.some(({ platform }) => platform === wish.platform)) {
        throw new ServiceError("NOT_FOUND", `${wish.platform} is not in the plan`);
      }
      await withRetry(() => setPlatformMode(sql, wish));
      const changed = (await getPlatforms()).find(({ platform }) => platform === wish.platform);
      if (changed === undefined) throw new ServiceError("NOT_FOUND", `${wish.platform} has no row`);
      return changed;
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
