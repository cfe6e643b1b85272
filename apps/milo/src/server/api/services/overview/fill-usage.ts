import type { DeploymentPlatform } from "@milo/placement";
import type { UsageRow } from "#server/database/repositories/capacity-samples.ts";
import type { UsageHistory, UsagePoint } from "./overview.ts";

const MINUTE_MS = 60_000;
/** More points than a chart can show help nobody. */
const POINTS_MOST = 300;

/** How long one point of a window stands for: whole minutes, as that is how often there is a sample. */
export function bucketOf(windowMs: number): number {
  return Math.max(1, Math.ceil(windowMs / POINTS_MOST / MINUTE_MS)) * MINUTE_MS;
}

/** The begin of the first bucket of a window that ends now. */
export function firstBucketMs(windowMs: number, nowMs: number): number {
  const bucketMs = bucketOf(windowMs);
  return Math.floor((nowMs - windowMs) / bucketMs) * bucketMs + bucketMs;
}

/**
 * Every bucket of the window with what was sampled in it, and this moment. A bucket without a sample is a gap; the one
 * under way is left out as long as it has none. Pure.
 */
export function fillUsage(
  rows: readonly UsageRow[],
  window: { windowMs: number; platforms: readonly DeploymentPlatform[] },
  now: UsagePoint,
): UsageHistory {
  const bucketMs = bucketOf(window.windowMs);
  const buckets = new Map<number, Map<DeploymentPlatform, UsageRow>>();
  for (const row of rows) {
    const bucket = buckets.get(row.atMs) ?? new Map();
    buckets.set(row.atMs, bucket.set(row.platform, row));
  }
  const points: UsagePoint[] = [];
  for (let atMs = firstBucketMs(window.windowMs, now.atMs); atMs < now.atMs; atMs += bucketMs) {
    const bucket = buckets.get(atMs);
    if (bucket === undefined && atMs + bucketMs > now.atMs) break;
    points.push({
      atMs,
      waiting: bucket === undefined ? null : Math.max(...[...bucket.values()].map((row) => row.waiting)),
      platforms: window.platforms.map((platform) => {
        const row = bucket?.get(platform);
        return { platform, used: row?.used ?? null, limit: row?.limit ?? null };
      }),
    });
  }
  return { bucketMs, points: [...points, now] };
}
