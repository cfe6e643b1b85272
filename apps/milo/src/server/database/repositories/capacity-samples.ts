import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { epochMs } from "./time-columns.ts";

/** A week can be compared with the last, and a week-end looked at on Monday. */
const KEEP_DAYS = 8;
/** Rows that one turn clears away: a day's of three platforms are 4,320, so that a backlog is gone within the hour. */
const PRUNE_MOST = 1_000;

/**
 * Writes what every platform of the plan holds at this minute, and how many bots wait, unless another dispatcher has:
 * one that comes later counts nothing. Answers whether this one did; it then clears away what is too old.
 */
export async function sampleCapacity(sql: Sql): Promise<boolean> {
  const written = await sql`
    WITH minute AS MATERIALIZED (SELECT date_bin('1 minute', milo_now(), 'epoch'::timestamptz) AS at),
    due AS MATERIALIZED (
      SELECT m.at, (SELECT count(*)::int FROM deployment_queue WHERE status = 'WAITING') AS waiting
      FROM minute m WHERE NOT EXISTS (SELECT 1 FROM capacity_samples s WHERE s.at = m.at)
    )
    INSERT INTO capacity_samples (at, platform, used, bot_limit, waiting)
    SELECT due.at, p.platform,
      (SELECT count(*)::int FROM deployments d WHERE d.platform = p.platform AND d.phase <> 'ENDED'), p.bot_limit, due.waiting
    FROM due, platforms p WHERE p.position IS NOT NULL
    ON CONFLICT (at, platform) DO NOTHING RETURNING platform`;
  if (written.length === 0) return false;
  await pruneSamples(sql);
  return true;
}

async function pruneSamples(sql: Sql): Promise<void> {
  await sql`
    DELETE FROM capacity_samples WHERE (at, platform) IN (
      SELECT at, platform FROM capacity_samples WHERE at < milo_now() - make_interval(days => ${KEEP_DAYS})
      ORDER BY at LIMIT ${PRUNE_MOST})`;
}

/** The highest of one platform's samples in one bucket, which begins at `atMs`. */
export type UsageRow = { atMs: number; platform: DeploymentPlatform; used: number; limit: number; waiting: number };

/** What was sampled since `sinceMs`, by buckets that begin at whole multiples of `bucketMs` since the epoch. */
export function readUsage(sql: Sql, window: { sinceMs: number; bucketMs: number }): Promise<UsageRow[]> {
  return sql<UsageRow[]>`
    WITH samples AS (
      SELECT date_bin(make_interval(secs => ${window.bucketMs / 1000}::float8), at, 'epoch'::timestamptz) AS at, platform, used,
        bot_limit, waiting
      FROM capacity_samples WHERE at >= to_timestamp(${window.sinceMs}::float8 / 1000)
    )
    SELECT ${epochMs(sql, "at")} AS "atMs", platform, max(used) AS used, max(bot_limit) AS limit, max(waiting) AS waiting
    FROM samples GROUP BY at, platform`;
}
