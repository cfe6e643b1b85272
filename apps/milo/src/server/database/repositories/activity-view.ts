import {
  DEPLOYMENT_OUTCOMES,
  DEPLOYMENT_PLATFORMS,
  type DeploymentPlatform,
  FAILURE_CLASSES,
  LAUNCH_FAILURE_CLASSES,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { epochMs } from "./time-columns.ts";

/** What happened on one platform in the hour that begins at `atMs`. */
export type ActivityRow = { atMs: number; platform: DeploymentPlatform; launched: number; failed: number };

/**
 * Attempts by the hour in which they took a slot, and those that failed before their claim by the hour in which they
 * ended (or were given up, while they hold their slot), from `firstMs`, the begin of an hour, to `nowMs`. What has ended is counted as
 * ranges of an index, one for each hour: its rows are neither looked at nor told apart.
 */
export function readActivity(sql: Sql, window: { firstMs: number; nowMs: number }): Promise<ActivityRow[]> {
  const since = sql`to_timestamp(${window.firstMs}::float8 / 1000)`;
  const now = sql`to_timestamp(${window.nowMs}::float8 / 1000)`;
  const hour = (column: string) => sql`date_bin('1 hour', ${sql.unsafe(column)}, 'epoch'::timestamptz)`;
  return sql<ActivityRow[]>`
    WITH hours AS MATERIALIZED (
      SELECT at FROM generate_series(${since}, ${now}, interval '1 hour') AS h(at)
    ), counted AS (
      SELECT p.platform, h.at, (SELECT count(*) FROM deployments d WHERE d.phase = 'ENDED' AND d.platform = p.platform
          AND d.reserved_at >= h.at AND d.reserved_at < h.at + interval '1 hour') AS launched, 0 AS failed
      FROM unnest(${[...DEPLOYMENT_PLATFORMS]}::text[]) AS p(platform) CROSS JOIN hours h
      UNION ALL
      -- Workloads that no attempt owned: few, and no launches of ours.
      SELECT platform, ${hour("reserved_at")}, -1, 0 FROM deployments
      WHERE bot_id IS NULL AND phase = 'ENDED' AND reserved_at >= ${since}
      UNION ALL
      SELECT platform, ${hour("reserved_at")}, 1, 0 FROM deployments
      WHERE phase <> 'ENDED' AND bot_id IS NOT NULL AND reserved_at >= ${since}
      UNION ALL
      SELECT platform, ${hour("stopping_at")}, 0, 1 FROM deployments
      WHERE phase = 'STOPPING' AND failure_class = ANY(${[...LAUNCH_FAILURE_CLASSES]}::text[]) AND stopping_at >= ${since}
      UNION ALL
      SELECT p.platform, x.at, 0, x.n FROM ${failureParts(sql, LAUNCH_FAILURE_CLASSES)} CROSS JOIN LATERAL (
        SELECT ${hour("d.ended_at")} AS at, count(*) AS n FROM deployments d
        WHERE ${isPart(sql)} AND d.ended_at >= ${since} GROUP BY 1) x
    )
    SELECT ${epochMs(sql, "at")} AS "atMs", platform, sum(launched)::int AS launched, sum(failed)::int AS failed
    FROM counted GROUP BY at, platform`;
}

/** Launches of one platform that failed in the last hour; `reason` is the commonest of the newest. */
export type FailedLaunches = { platform: DeploymentPlatform; count: number; sinceMs: number; reason: string | null };

/** Of each platform, class and outcome, the newest so many speak for the commonest reason. */
const REASONS_OF = 50;

export async function readFailedLaunches(sql: Sql): Promise<FailedLaunches[]> {
  const hourAgo = sql`milo_now() - interval '1 hour'`;
  return sql<FailedLaunches[]>`
    WITH counted AS (
      SELECT p.platform, sum(x.n) AS n, min(x.first) AS first
      FROM ${failureParts(sql, LAUNCH_FAILURE_CLASSES)} CROSS JOIN LATERAL (
        SELECT count(*) AS n, min(d.ended_at) AS first FROM deployments d WHERE ${isPart(sql)} AND d.ended_at > ${hourAgo}) x
      GROUP BY p.platform
    ), held AS (
      SELECT platform, stopping_at, reason FROM deployments
      WHERE phase = 'STOPPING' AND failure_class = ANY(${[...LAUNCH_FAILURE_CLASSES]}::text[]) AND stopping_at > ${hourAgo}
    ), told AS (
      SELECT p.platform, x.reason FROM ${failureParts(sql, LAUNCH_FAILURE_CLASSES)} CROSS JOIN LATERAL (
        SELECT d.reason FROM deployments d WHERE ${isPart(sql)} AND d.ended_at > ${hourAgo}
        ORDER BY d.ended_at DESC LIMIT ${REASONS_OF}) x
      UNION ALL SELECT platform, reason FROM held
    ), summed AS (
      SELECT platform, sum(n)::int AS n, min(first) AS first FROM (
        SELECT platform, n, first FROM counted
        UNION ALL SELECT platform, count(*), min(stopping_at) FROM held GROUP BY platform) u
      GROUP BY platform
    )
    SELECT s.platform, s.n AS count, ${epochMs(sql, "s.first")} AS "sinceMs",
      (SELECT mode() WITHIN GROUP (ORDER BY t.reason) FROM told t WHERE t.platform = s.platform) AS reason
    FROM summed s WHERE s.n > 0`;
}

/** Attempts that failed or were lost and ended in the last 24 hours, by platform; of every platform one row. */
export function countFailed24h(sql: Queryable) {
  return sql`
    SELECT p.platform, sum(x.n)::int AS n FROM ${failureParts(sql, FAILURE_CLASSES)} CROSS JOIN LATERAL (
      SELECT count(*) AS n FROM deployments d WHERE ${isPart(sql)} AND d.ended_at > milo_now() - interval '24 hours') x
    GROUP BY p.platform`;
}

/** Each platform, class and outcome by itself, so that an index gives the rows of a time as one range. */
function failureParts(sql: Queryable, classes: readonly string[]) {
  return sql`unnest(${[...DEPLOYMENT_PLATFORMS]}::text[]) AS p(platform)
    CROSS JOIN unnest(${[...classes]}::text[]) AS c(class)
    CROSS JOIN unnest(${[...DEPLOYMENT_OUTCOMES]}::text[]) AS o(outcome)`;
}

function isPart(sql: Queryable) {
  return sql`d.phase = 'ENDED' AND d.platform = p.platform AND d.failure_class = c.class AND d.outcome = o.outcome`;
}
