import type { BotStatus, DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** Ids from `low` to `high`, both included. */
export type IdRange = { low: number; high: number };
/** How far a reader of one table has come: all ids up to `high` were seen, except those in `gaps`. */
export type LogPosition = { high: number; gaps: readonly IdRange[] };
/** How far a reader has come in `bot_events` and in `platform_events`. */
export type LivePosition = { bots: LogPosition; platforms: LogPosition };

export type LiveBotEvent = {
  id: number;
  botId: number;
  deploymentId: number | null;
  at: Date;
  code: string;
  message: string;
  /** The bot's status from here on, when the event changed it. */
  status: BotStatus | null;
  /** The bot itself reported it. */
  byBot: boolean;
};
export type LivePlatformEvent = { id: number; platform: DeploymentPlatform; at: Date; code: string; message: string };

/**
 * What one look has found that its reader had not seen, each in the order of ids. What a transaction below `oldestXid`
 * wrote was seen. `fenceXid`, when asked for, is above every transaction that had begun to write before the look.
 */
export type LivePage = {
  botEvents: LiveBotEvent[];
  platformEvents: LivePlatformEvent[];
  oldestXid: number;
  fenceXid: number | null;
};

type Row = { oldestXid: number; fenceXid: number | null } & (
  | { source: null }
  | ({ source: "bot" } & LiveBotEvent)
  | ({ source: "platform" } & LivePlatformEvent)
);

/**
 * Reads what lies beyond a position or has appeared in one of its gaps, in one statement and so in one snapshot. At
 * most `most` of each table's end, and `most` of each gap. A fence uses up a transaction's number: a snapshot does not
 * say which was the last one given.
 */
export async function readNewEvents(
  sql: Sql,
  seen: LivePosition,
  { most, fence = false }: { most: number; fence?: boolean },
): Promise<LivePage> {
  // A constant: with a parameter for a limit the planner would have to guess how much is wanted.
  const limit = sql.unsafe(String(Math.trunc(most)));
  const bot = sql`SELECT 'bot' AS source, id::float8 AS id, at, code, message, status, bot_id AS "botId",
    deployment_id AS "deploymentId", reported_id IS NOT NULL AS "byBot", NULL AS platform FROM bot_events`;
  const platform = sql`SELECT 'platform', id::float8, at, code, message, NULL, NULL::int, NULL::int, NULL::boolean,
    platform FROM platform_events`;
  const rows = await sql<Row[]>`
    SELECT pg_snapshot_xmin(s)::text::float8 AS "oldestXid", 
      CASE WHEN ${fence} THEN pg_current_xact_id()::text::float8 END AS "fenceXid", e.*
    FROM (SELECT pg_current_snapshot() AS s) AS look LEFT JOIN (
      (${bot} WHERE bot_events.id > ${seen.bots.high}::bigint ORDER BY bot_events.id LIMIT ${limit})
      UNION ALL SELECT late.* FROM ${gapsOf(sql, seen.bots)}, LATERAL (
        ${bot} WHERE bot_events.id BETWEEN gap.low AND gap.high ORDER BY bot_events.id LIMIT ${limit}) AS late
      UNION ALL
      (${platform} WHERE platform_events.id > ${seen.platforms.high}::bigint ORDER BY platform_events.id LIMIT ${limit})
      UNION ALL SELECT late.* FROM ${gapsOf(sql, seen.platforms)}, LATERAL (
        ${platform} WHERE platform_events.id BETWEEN gap.low AND gap.high ORDER BY platform_events.id LIMIT ${limit}) AS late
    ) AS e ON true ORDER BY e.id`;
  const [first] = rows;
  if (first === undefined) throw new Error("A look for new events answered no row");
  const botEvents = rows.flatMap((row) => (row.source === "bot" ? [toBotEvent(row)] : []));
  const platformEvents = rows.flatMap((row) => (row.source === "platform" ? [toPlatformEvent(row)] : []));
  return { botEvents, platformEvents, oldestXid: first.oldestXid, fenceXid: first.fenceXid };
}

/** The highest id that can be seen in each table; 0 in an empty one. */
export async function readNewestIds(sql: Sql): Promise<{ bots: number; platforms: number }> {
  const [row] = await sql<{ bots: number; platforms: number }[]>`
    SELECT coalesce((SELECT max(id) FROM bot_events), 0)::float8 AS bots,
      coalesce((SELECT max(id) FROM platform_events), 0)::float8 AS platforms`;
  if (row === undefined) throw new Error("A look for the newest ids answered no row");
  return row;
}

/** How long ago a bot that runs was last heard. */
export type HeartbeatAge = { botId: number; ageMs: number };

/** Of the bots named, those that run and have been heard. */
export function readHeartbeatAges(sql: Sql, botIds: readonly number[]): Promise<HeartbeatAge[]> {
  return sql<HeartbeatAge[]>`
    SELECT d.bot_id AS "botId", greatest(extract(epoch FROM milo_now() - h.at) * 1000, 0)::float8 AS "ageMs"
    FROM deployments d JOIN heartbeats h ON h.deployment_id = d.id
    WHERE d.bot_id = ANY(${[...botIds]}::int[]) AND d.phase = 'RUNNING'`;
}

function gapsOf(sql: Sql, { gaps }: LogPosition) {
  const lows = gaps.map(({ low }) => low);
  return sql`unnest(${lows}::bigint[], ${gaps.map(({ high }) => high)}::bigint[]) AS gap (low, high)`;
}

function toBotEvent({ id, botId, deploymentId, at, code, message, status, byBot }: LiveBotEvent): LiveBotEvent {
  return { id, botId, deploymentId, at, code, message, status, byBot };
}

function toPlatformEvent({ id, platform, at, code, message }: LivePlatformEvent): LivePlatformEvent {
  return { id, platform, at, code, message };
}
