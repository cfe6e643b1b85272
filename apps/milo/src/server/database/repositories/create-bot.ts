import {
  advance,
  type BotStatus,
  type DeploymentPlatform,
  firstStage,
  type MeetingPlatform,
  openTo,
  type PlatformPlan,
  recheckAtMs,
  totalWaitMs,
  type WaitPlan,
  waitPlanFor,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { activeTraceParent } from "#server/tracing/tracer.ts";

export type NewBot = {
  name: string;
  meetingPlatform: MeetingPlatform;
  meetingUrl: string;
  priority: number;
  /** Caps the total wait; undefined = the plan's own. Milliseconds. */
  queueTimeoutMs?: number;
  maxDurationMs?: number;
  /** Unique among bots that are not final. */
  deduplicationKey?: string;
  /** The platforms it is kept to, as it was asked for; undefined = all of the plan. The plan that is given has no other. */
  platforms?: readonly DeploymentPlatform[];
};

export type CreatedBot = {
  botId: number;
  /** False when a live bot with the same deduplication key answered instead. */
  created: boolean;
  /** The transaction that made it: visible to a pass whose snapshot includes it. Null when it existed before. */
  transactionId: string | null;
};

/** Bot, queue entry and event in one statement. The caller nudges the dispatchers, once for many. */
export async function createBot(sql: Queryable, bot: NewBot, plan: PlatformPlan): Promise<CreatedBot> {
  const [row] = await insertBots(sql, [{ index: 0, ...bot }], waitPlanFor(plan, bot.queueTimeoutMs));
  if (row !== undefined) return { botId: row.botId, created: true, transactionId: row.transactionId };
  const [existing] = await sql<{ botId: number }[]>`
    SELECT id AS "botId" FROM bots WHERE deduplication_key = ${bot.deduplicationKey ?? null}
      AND status NOT IN ('DONE', 'FATAL', 'CANCELLED')`;
  if (existing !== undefined) return { botId: existing.botId, created: false, transactionId: null };
  // The bot that held the key became final between the two statements: the key is free now.
  return createBot(sql, bot, plan);
}

type InsertedBot = { index: number; botId: number; transactionId: string };

/**
 * Inserts many bots that wait by the same plan, with their entries and events, in one statement, and answers by `index` in
 * its order; none is in when it throws. One whose deduplication key a live bot has, or one before it, is left out.
 */
export function insertBots(
  sql: Queryable,
  bots: readonly (NewBot & { index: number })[],
  wait: WaitPlan,
): Promise<InsertedBot[]> {
  return sql<InsertedBot[]>`
    WITH now AS MATERIALIZED (SELECT milo_now() AS at),
    asked AS MATERIALIZED (
      SELECT nextval('bots_id_seq')::int AS id, given.* FROM (
        SELECT * FROM jsonb_to_recordset(${sql.json(bots as never)}) AS r (index int, name text, "meetingPlatform" text,
          "meetingUrl" text, priority int, "queueTimeoutMs" int, "maxDurationMs" int, "deduplicationKey" text, platforms text[])
        ORDER BY index) given
    ), bot AS (
      INSERT INTO bots (id, name, meeting_platform, meeting_url, status, status_code, priority, queue_timeout_ms,
        max_duration_ms, deduplication_key, wanted_platforms, trace_parent, created_at)
      SELECT id, name, "meetingPlatform", "meetingUrl", 'QUEUED', 'QUEUED', priority, "queueTimeoutMs", "maxDurationMs",
        "deduplicationKey", platforms, ${activeTraceParent()}::text, at
      -- In one order of keys, so that no two callers wait for each other's.
      FROM asked, now ORDER BY "deduplicationKey", id
      ON CONFLICT (deduplication_key) WHERE status NOT IN ('DONE', 'FATAL', 'CANCELLED') DO NOTHING
      RETURNING id, priority
    ), entry AS (
      ${insertEntry(sql, wait)}
    ), told AS (
      INSERT INTO bot_events (bot_id, at, status, code, message)
      SELECT bot.id, now.at, 'QUEUED', 'QUEUED', 'Accepted; waits for a slot' FROM bot, now ORDER BY bot.id
    )
    SELECT asked.index, bot.id AS "botId", pg_current_xact_id()::text AS "transactionId"
    FROM bot JOIN asked USING (id) ORDER BY bot.id`;
}

/**
 * Puts a bot that is QUEUED into the queue if it is not there: a bot whose row was written by other means. Idempotent.
 */
export async function ensureQueued(sql: Sql, botId: number, plan: PlatformPlan): Promise<"queued" | "not_found"> {
  const [bot] = await sql<{ status: BotStatus; queueTimeoutMs: number | null; open: boolean }[]>`
    SELECT b.status, b.queue_timeout_ms AS "queueTimeoutMs", q.id IS NOT NULL AS open
    FROM bots b LEFT JOIN deployment_queue q ON q.bot_id = b.id AND q.status IN ('WAITING', 'PROCESSING')
    WHERE b.id = ${botId}`;
  if (bot === undefined) return "not_found";
  if (bot.status === "QUEUED" && !bot.open) {
    await sql`
      WITH now AS MATERIALIZED (SELECT milo_now() AS at),
      bot AS (SELECT id, priority FROM bots WHERE id = ${botId} AND status = 'QUEUED' AND stop_requested_at IS NULL FOR UPDATE),
      entry AS (${insertEntry(sql, waitPlanFor(plan, bot.queueTimeoutMs ?? undefined))})
      SELECT pg_notify('milo_queue', '')`;
  }
  return "queued";
}

/**
 * The insert of a queue entry for the bot in `bot`, at the time in `now`. The stage is reckoned from zero: the
 * statement adds its offsets to the time the bot enters the queue.
 */
function insertEntry(sql: Queryable, wait: WaitPlan) {
  const { state } = advance(firstStage(wait, 0), new Map(), 0);
  const recheckMs = recheckAtMs(state, 0);
  return sql`
    INSERT INTO deployment_queue (bot_id, priority, queued_at, timeout_at, plan, stage, stage_ends_at, open_to,
      recheck_at, first_pass_only)
    SELECT bot.id, bot.priority, now.at, now.at + make_interval(secs => ${state.timeoutAtMs / 1000}::float8),
      ${sql.json(wait)}, ${state.stage}::text, now.at + make_interval(secs => ${seconds(state.stageEndsAtMs)}::float8),
      ${[...openTo(state, 0)]}::text[],
      CASE WHEN EXISTS (SELECT 1 FROM platforms p WHERE p.platform = ${state.stage}
          AND (p.mode <> 'enabled' OR p.breaker_state IN ('open', 'half_open'))) THEN now.at
        ELSE now.at + make_interval(secs => ${seconds(recheckMs)}::float8) END,
      ${totalWaitMs(wait) === 0}
    FROM bot, now ORDER BY bot.id
    ON CONFLICT (bot_id) WHERE status IN ('WAITING', 'PROCESSING') DO NOTHING`;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
