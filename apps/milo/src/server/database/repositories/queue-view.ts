import type { DeploymentPlatform, MeetingPlatform } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import type { EntryRow } from "./entry-state.ts";
import { entryColumns } from "./time-columns.ts";

export type QueueStats = { total: number; oldest: Date | null; avgWaitMs: number };

/** Over all WAITING entries of every stage. */
export async function readQueueStats(sql: Sql): Promise<QueueStats> {
  const [row] = await sql<QueueStats[]>`
    SELECT count(*)::int AS total, min(queued_at) AS oldest,
      coalesce(extract(epoch FROM milo_now() - to_timestamp(avg(extract(epoch FROM queued_at)))) * 1000, 0)::float8 AS "avgWaitMs"
    FROM deployment_queue WHERE status = 'WAITING'`;
  return row ?? { total: 0, oldest: null, avgWaitMs: 0 };
}

export type WaitingRow = EntryRow & {
  botName: string;
  meetingPlatform: MeetingPlatform;
  priority: number;
  queuedAt: Date;
  timeoutAt: Date;
  openTo: DeploymentPlatform[];
  /** Where its last container has to be gone first; null = nowhere. */
  heldBy: DeploymentPlatform | null;
  position: number;
};

/** Waiting entries in queue order, from 1, or after an entry that may meanwhile have left the queue. */
export async function readQueuePage(sql: Sql, page: { limit: number | null; after?: number }): Promise<WaitingRow[]> {
  const offset = page.after === undefined ? 0 : await readPosition(sql, page.after, "last");
  const rows = await sql<Omit<WaitingRow, "position">[]>`
    SELECT ${entryColumns(sql)}, b.name AS "botName", b.meeting_platform AS "meetingPlatform", q.priority,
      q.queued_at AS "queuedAt", q.timeout_at AS "timeoutAt", q.open_to AS "openTo",
      (SELECT d.platform FROM deployments d WHERE d.bot_id = q.bot_id AND d.phase = 'STOPPING' AND d.holds_bot
        LIMIT 1) AS "heldBy"
    FROM deployment_queue q JOIN bots b ON b.id = q.bot_id
    WHERE q.status = 'WAITING' ${page.after === undefined ? sql`` : afterEntry(sql, page.after)}
    ORDER BY q.priority DESC, q.queued_at, q.id LIMIT ${page.limit}`;
  return rows.map((row, index) => ({ ...row, position: offset + index + 1 }));
}

/** The place of a bot that waits, from 1; null when it does not wait. */
export async function readQueuePosition(sql: Sql, botId: number): Promise<number | null> {
  const [entry] = await sql<{ id: number }[]>`
    SELECT id FROM deployment_queue WHERE bot_id = ${botId} AND status = 'WAITING'`;
  return entry === undefined ? null : (await readPosition(sql, entry.id, "before")) + 1;
}

/** Where a waiting bot stands, from 1. */
export type QueuePlace = EntryRow & { priority: number; position: number };

/** A bot that waits, with its place; null when it does not wait. */
export async function readQueuePlace(sql: Sql, botId: number): Promise<QueuePlace | null> {
  const [entry] = await sql<(EntryRow & { priority: number })[]>`
    SELECT ${entryColumns(sql)}, q.priority FROM deployment_queue q WHERE q.bot_id = ${botId} AND q.status = 'WAITING'`;
  return entry === undefined ? null : { ...entry, position: (await readPosition(sql, entry.id, "before")) + 1 };
}

/** How many waiting entries stand before an entry (or up to and including where it stood). */
async function readPosition(sql: Sql, entryId: number, count: "before" | "last"): Promise<number> {
  const [row] = await sql<{ n: number }[]>`
    SELECT (SELECT count(*) FROM deployment_queue q WHERE q.status = 'WAITING' AND q.priority > e.priority)::int
      + (SELECT count(*) FROM deployment_queue q WHERE q.status = 'WAITING' AND q.priority = e.priority
          AND (q.queued_at, q.id) < (e.queued_at, e.id))::int
      + CASE WHEN e.status = 'WAITING' AND ${count === "last"} THEN 1 ELSE 0 END AS n
    FROM deployment_queue e WHERE e.id = ${entryId}`;
  return row?.n ?? 0;
}

function afterEntry(sql: Queryable, entryId: number) {
  return sql`AND (-q.priority, q.queued_at, q.id) > (SELECT -e.priority, e.queued_at, e.id
    FROM deployment_queue e WHERE e.id = ${entryId})`;
}
