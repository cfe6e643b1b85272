import { type DeploymentPlatform, PLATFORM_LABELS, type PlatformMode, type PlatformPlan } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import {
  type BreakerView,
  type MassStopView,
  type PlatformStats,
  readPlatformStates,
  readPlatformStats,
} from "#server/database/repositories/capacity-view.ts";
import { confirmMassStop } from "#server/database/repositories/mass-stop.ts";
import { type PlatformEvent, readPlatformEvents } from "#server/database/repositories/platform-events.ts";
import { setPlatformMode } from "#server/database/repositories/platform-mode.ts";
import type { QueueStats } from "#server/database/repositories/queue-view.ts";
import { withRetry } from "#server/database/retry.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { Times } from "../../../config/times.ts";
import { type DeploymentList, type DeploymentQuery, listDeployments } from "./deployment-list.ts";
import { ServiceError } from "./errors.ts";
import { createQueueFigures, type QueueFigures } from "./queue-figures.ts";

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
  massStop: MassStopView | null;
};

/** What a platform is to do from now on; `reason` is shown to everybody who asks. */
export type ModeWish = { platform: DeploymentPlatform; mode: PlatformMode; reason?: string };

export type PlatformEventsPage = { platform?: DeploymentPlatform; before?: number; limit: number };

export type InfrastructureService = {
  getPlatforms(): Promise<PlatformInfo[]>;
  /** One row per platform of the plan, or the named one's alone. */
  getStats(platform?: DeploymentPlatform): Promise<PlatformStats[]>;
  getQueueStats(): Promise<QueueStats>;
  /** Takes effect at once: bots that waited for a platform now closed move on. Throws NOT_FOUND outside the plan. */
  setPlatformMode(wish: ModeWish): Promise<PlatformInfo>;
  /** Lets a held mass stop go on. Throws NOT_FOUND outside the plan, BAD_INPUT when none is held. */
  confirmMassStop(wish: { platform: DeploymentPlatform; reason?: string }): Promise<PlatformInfo>;
  /** What was changed of platforms, newest first; pass `nextBefore` as `before` for the next page. */
  getPlatformEvents(page: PlatformEventsPage): Promise<{ events: PlatformEvent[]; nextBefore: number | null }>;
  /** One page of deployments, of bots past and present. Throws BAD_INPUT. */
  getDeployments(query: DeploymentQuery): Promise<DeploymentList>;
};

export function createInfrastructureService(deps: {
  sql: Sql;
  plan: PlatformPlan;
  times: Times;
  log: Logger;
  figures?: QueueFigures;
}): InfrastructureService {
  const { sql, plan, times, log, figures = createQueueFigures(sql) } = deps;
  async function getPlatforms(): Promise<PlatformInfo[]> {
    const states = new Map((await readPlatformStates(sql, times.healthFreshMs)).map((s) => [s.platform, s]));
    return plan.platforms.flatMap(({ platform }, index) => {
      const state = states.get(platform);
      if (state === undefined) return [];
      const { mode, modeReason, modeSince, breaker, massStop } = state;
      const label = PLATFORM_LABELS[platform];
      return [{ platform, label, order: index + 1, mode, modeReason, modeSince, breaker, massStop }];
    });
  }
  function requirePlanned(platform: DeploymentPlatform): void {
    if (plan.platforms.some((planned) => planned.platform === platform)) return;
    throw new ServiceError("NOT_FOUND", `${platform} is not in the plan`);
  }
  async function getPlatform(platform: DeploymentPlatform): Promise<PlatformInfo> {
    const found = (await getPlatforms()).find((one) => one.platform === platform);
    if (found === undefined) throw new ServiceError("NOT_FOUND", `${platform} has no row`);
    return found;
  }
  return {
    getPlatforms,
    async setPlatformMode(wish) {
      requirePlanned(wish.platform);
      const { platform, mode, reason } = wish;
      const why = reason ?? "an operator set it";
      const onChanged = () => tellDecision(log, "mode_changed", { platform, to: mode, why });
      await withRetry(() => setPlatformMode(sql, wish, onChanged));
      return getPlatform(wish.platform);
    },
    async confirmMassStop(wish) {
      requirePlanned(wish.platform);
      const isHeld = await withRetry(() => confirmMassStop(sql, wish));
      if (!isHeld) throw new ServiceError("BAD_INPUT", `${wish.platform} has no mass stop to confirm`);
      const why = `the sweep that is held is right: ${wish.reason ?? "no reason was given"}`;
      tellDecision(log, "operator_word", { platform: wish.platform, why });
      return getPlatform(wish.platform);
    },
    async getStats(platform) {
      const stats = new Map((await readPlatformStats(sql)).map((row) => [row.platform, row]));
      const wanted = plan.platforms.map((p) => p.platform).filter((p) => platform === undefined || p === platform);
      return wanted.flatMap((p) => stats.get(p) ?? []);
    },
    getQueueStats: () => figures.readStats(),
    async getPlatformEvents(page) {
      const events = await readPlatformEvents(sql, page);
      const isLast = events.length < page.limit;
      return { events, nextBefore: isLast ? null : (events.at(-1)?.id ?? null) };
    },
    getDeployments: (query) => listDeployments(sql, query),
  };
}
