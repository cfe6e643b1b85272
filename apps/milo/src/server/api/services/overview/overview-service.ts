import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { type ActivityRow, readActivity, readFailedLaunches } from "#server/database/repositories/activity-view.ts";
import { readBotAlarms, readChecks, readProcessFacts } from "#server/database/repositories/attention-view.ts";
import { readUsage } from "#server/database/repositories/capacity-samples.ts";
import { readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { countStatuses } from "#server/database/repositories/status-counts.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import type { Times } from "../../../../config/times.ts";
import type { QueueFigures } from "../queue-figures.ts";
import { bucketOf, fillUsage, firstBucketMs } from "./fill-usage.ts";
import type { Activity, Attention, StatusCounts, UsageHistory } from "./overview.ts";
import { EXPIRING_MS, STAMPS_MISSED, tellAttention } from "./tell-attention.ts";

/** What an operator sees at a glance. */
export type OverviewService = {
  /** Use against limit and bots that wait, over the last `windowMs`. */
  getUsageHistory(windowMs: number): Promise<UsageHistory>;
  /** Launches and failed launches by the hour, over the last `windowMs`. */
  getActivity(windowMs: number): Promise<Activity>;
  /** What needs a person. */
  getAttention(): Promise<Attention>;
  getStatusCounts(): Promise<StatusCounts>;
};

type OverviewDependencies = { sql: Sql; plan: PlatformPlan; times: Times; figures: QueueFigures };

const HOUR_MS = 3_600_000;

export function createOverviewService(deps: OverviewDependencies): OverviewService {
  const { sql, times, figures } = deps;
  const platforms = deps.plan.platforms.map(({ platform }) => platform);
  const readStates = () => readPlatformStates(sql, times.healthFreshMs);
  async function readSamples(windowMs: number) {
    const nowMs = await readNowMs(sql);
    const window = { sinceMs: firstBucketMs(windowMs, nowMs), bucketMs: bucketOf(windowMs) };
    return { nowMs, rows: await readUsage(sql, window) };
  }
  return {
    async getUsageHistory(windowMs) {
      const [{ rows, nowMs }, states, waiting] = await Promise.all([
        readSamples(windowMs),
        readStates(),
        // At once, with what else the page asks of the queue.
        figures.countWaiting(),
      ]);
      const now = platforms.map((platform) => {
        const state = states.find((one) => one.platform === platform);
        return { platform, used: state?.used ?? null, limit: state?.limit ?? null };
      });
      return fillUsage(rows, { windowMs, platforms }, { atMs: nowMs, waiting, platforms: now });
    },
    async getActivity(windowMs) {
      const nowMs = await readNowMs(sql);
      const firstMs = Math.floor((nowMs - windowMs) / HOUR_MS) * HOUR_MS + HOUR_MS;
      const window = { firstMs, nowMs };
      return fillActivity(await readActivity(sql, window), platforms, window);
    },
    async getAttention() {
      const asked = { dispatcherLiveMs: times.dispatcherLeaseMs, expiringMs: EXPIRING_MS };
      const [processes, states, checks, alarms, failed] = await Promise.all([
        readProcessFacts(sql, asked),
        readStates(),
        readChecks(sql),
        readBotAlarms(sql),
        readFailedLaunches(sql),
      ]);
      const planned = platforms.flatMap((name) => states.find(({ platform }) => platform === name) ?? []);
      const facts = { processes, platforms: planned, checks, alarms, failed };
      return { items: tellAttention(facts, { webUnheardMs: times.webPresenceMs * STAMPS_MISSED }) };
    },
    getStatusCounts: () => countStatuses(sql),
  };
}

/** Every hour and platform, also where nothing happened. */
function fillActivity(
  rows: readonly ActivityRow[],
  platforms: readonly DeploymentPlatform[],
  { firstMs, nowMs }: { firstMs: number; nowMs: number },
): Activity {
  const points: Activity["points"] = [];
  for (let atMs = firstMs; atMs <= nowMs; atMs += HOUR_MS) {
    const hour = rows.filter((row) => row.atMs === atMs);
    points.push({
      atMs,
      platforms: platforms.map((platform) => {
        const row = hour.find((one) => one.platform === platform);
        return { platform, launched: row?.launched ?? 0, failed: row?.failed ?? 0 };
      }),
    });
  }
  return { bucketMs: HOUR_MS, points };
}
