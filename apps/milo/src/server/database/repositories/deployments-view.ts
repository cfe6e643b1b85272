import {
  DEPLOYMENT_OUTCOMES,
  DEPLOYMENT_PLATFORMS,
  type DeploymentOutcome,
  type DeploymentPhase,
  type DeploymentPlatform,
  type FailureClass,
} from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { type AttemptView, attemptColumns } from "./deployment-columns.ts";

export const DEPLOYMENT_SORTS = ["reservedAt", "endedAt", "lastHeartbeatAt", "attempt"] as const;
export type DeploymentSort = { by: (typeof DEPLOYMENT_SORTS)[number]; direction: "asc" | "desc" };

/** Where a page ended: its last row's key (microseconds since the epoch, or the attempt; null = none yet) and id. */
export type PagePosition = { key: number | null; id: number };

export type DeploymentPage = {
  platform?: DeploymentPlatform;
  phases?: readonly DeploymentPhase[];
  outcomes?: readonly DeploymentOutcome[];
  failureClasses?: readonly FailureClass[];
  /** Only these: what a search has found. */
  ids?: readonly number[];
  sort: DeploymentSort;
  limit: number;
  after?: PagePosition;
};

export type DeploymentRow = AttemptView & {
  /** Null for a workload of ours that no attempt owns. */
  botId: number | null;
  botName: string | null;
  lastHeartbeatAt: Date | null;
  /** How long it holds, or held, its slot. */
  ageMs: number;
  sortKey: number | null;
};

/**
 * One page of deployments, by keyset. What holds a slot is little and read whole; of each part of the history that the
 * filters select, an index gives the first `limit` rows in order: history never makes a page dearer. So a filter by
 * outcome or failure class goes with the order by `endedAt`, and `lastHeartbeatAt` with what holds a slot; the caller
 * sees to both.
 */
export function readDeployments(sql: Sql, page: DeploymentPage): Promise<DeploymentRow[]> {
  const down = page.sort.direction === "desc";
  const order = down ? sql`sort_key DESC, id DESC` : sql`sort_key, id`;
  return sql<DeploymentRow[]>`
    WITH page AS MATERIALIZED (
      SELECT * FROM (${readSources(sql, page)}) AS found ORDER BY ${order} LIMIT ${page.limit}
    )
    SELECT ${attemptColumns(sql, { withLog: false })}, d.bot_id AS "botId", b.name AS "botName", h.at AS "lastHeartbeatAt",
      (extract(epoch FROM coalesce(d.ended_at, milo_now()) - d.reserved_at) * 1000)::float8 AS "ageMs",
      ${sortKeyAsNumber(sql, page.sort)} AS "sortKey"
    FROM page d LEFT JOIN bots b ON b.id = d.bot_id LEFT JOIN heartbeats h ON h.deployment_id = d.id
    ORDER BY ${down ? sql`d.sort_key DESC, d.id DESC` : sql`d.sort_key, d.id`}`;
}

function readSources(sql: Sql, page: DeploymentPage) {
  if (page.ids !== undefined) return readMatching(sql, page, sql`d.id = ANY(${[...page.ids]}::int[])`);
  const live = readMatching(sql, page, sql`d.phase <> 'ENDED'`);
  const hasHistory = page.sort.by !== "lastHeartbeatAt" && (page.phases?.includes("ENDED") ?? true);
  return hasHistory ? sql`(${live}) UNION ALL (${readHistory(sql, page)})` : live;
}

type Fragment = ReturnType<typeof sortKey>;

/** Rows that are few whatever the filters are. */
function readMatching(sql: Sql, page: DeploymentPage, where: Fragment) {
  const key = sortKey(sql, page.sort);
  return sql`
    SELECT d.*, ${key} AS sort_key FROM deployments d LEFT JOIN heartbeats h ON h.deployment_id = d.id
    WHERE ${where} AND ${isAfter(sql, page, key)}
      AND ${page.platform === undefined ? sql`true` : sql`d.platform = ${page.platform}`}
      AND ${page.phases === undefined ? sql`true` : sql`d.phase = ANY(${[...page.phases]}::text[])`}
      AND ${page.outcomes === undefined ? sql`true` : sql`d.outcome = ANY(${[...page.outcomes]}::text[])`}
      AND ${
        page.failureClasses === undefined ? sql`true` : sql`d.failure_class = ANY(${[...page.failureClasses]}::text[])`
      }`;
}

/** The first rows of each (platform, outcome, class) that is asked for, each from its own end of an index. */
function readHistory(sql: Sql, page: DeploymentPage) {
  const platforms = page.platform === undefined ? DEPLOYMENT_PLATFORMS : [page.platform];
  const { failureClasses: classes } = page;
  // The index by class has the outcome in it, so that both together find their rows as directly.
  const outcomes = page.outcomes ?? (classes === undefined ? undefined : DEPLOYMENT_OUTCOMES);
  const key = historyKey(sql, page.sort);
  const down = page.sort.direction === "desc";
  return sql`
    SELECT part.* FROM unnest(${[...platforms]}::text[]) AS p(platform)
      ${outcomes === undefined ? sql`` : sql`CROSS JOIN unnest(${[...new Set(outcomes)]}::text[]) AS o(outcome)`}
      ${classes === undefined ? sql`` : sql`CROSS JOIN unnest(${[...new Set(classes)]}::text[]) AS c(class)`}
      CROSS JOIN LATERAL (
        SELECT d.*, ${key} AS sort_key FROM deployments d
        WHERE d.phase = 'ENDED' AND d.platform = p.platform AND ${isAfter(sql, page, key)}
          AND ${outcomes === undefined ? sql`true` : sql`d.outcome = o.outcome`}
          AND ${classes === undefined ? sql`true` : sql`d.failure_class = c.class`}
        ORDER BY ${key} ${down ? sql`DESC` : sql``}, d.id ${down ? sql`DESC` : sql``} LIMIT ${page.limit}
      ) AS part`;
}

/** What has no time yet comes after all that has; who never gave a sign of life, before. */
function sortKey(sql: Sql, { by }: DeploymentSort) {
  if (by === "endedAt") return sql`coalesce(d.ended_at, 'infinity')`;
  if (by === "lastHeartbeatAt") return sql`coalesce(h.at, '-infinity')`;
  return by === "attempt" ? sql`d.attempt` : sql`d.reserved_at`;
}

/** The same where nothing is missing, as the indexes have it. */
function historyKey(sql: Sql, { by }: DeploymentSort) {
  if (by === "attempt") return sql`d.attempt`;
  return by === "endedAt" ? sql`d.ended_at` : sql`d.reserved_at`;
}

function isAfter(sql: Sql, { sort, after }: DeploymentPage, key: Fragment) {
  if (after === undefined) return sql`true`;
  const last = sql`(${positionKey(sql, sort, after)}, ${after.id}::int)`;
  return sort.direction === "desc" ? sql`(${key}, d.id) < ${last}` : sql`(${key}, d.id) > ${last}`;
}

function positionKey(sql: Sql, { by }: DeploymentSort, { key }: PagePosition) {
  if (by === "attempt") return sql`${key ?? 0}::int`;
  if (key === null) return by === "lastHeartbeatAt" ? sql`timestamptz '-infinity'` : sql`timestamptz 'infinity'`;
  return sql`to_timestamp(${key}::float8 / 1000000)`;
}

/** Exact: microseconds since the epoch fit a double for centuries. */
function sortKeyAsNumber(sql: Sql, { by }: DeploymentSort) {
  if (by === "attempt") return sql`d.sort_key::float8`;
  return sql`CASE WHEN isfinite(d.sort_key) THEN (extract(epoch FROM d.sort_key) * 1000000)::float8 END`;
}
