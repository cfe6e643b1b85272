import type { DeploymentPlatform, MeetingPlatform } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import type { EntryRow } from "./entry-state.ts";
import { entryColumns } from "./time-columns.ts";

export type QueueStats = { total: number; oldest: Date | null; avgWaitMs: number };

/** Over all WAITING entries of every stage. */
export async function readQueueStats(sql: Sql): Promise<QueueStats> {
  const [row] = await sql<QueueStats[]>`
    SELECT count(*)::int AS total, min(queued_at) AS oldest,
      -- An average of intervals adds up whole numbers: one of epochs takes thrice as long beyond the count.
      coalesce(date_part('epoch', avg((SELECT milo_now()) - queued_at)) * 1000, 0) AS "avgWaitMs"
    FROM deployment_queue WHERE status = 'WAITING'`;
  return row ?? { total: 0, oldest: null, avgWaitMs: 0 };
}

export async function countWaiting(sql: Sql): Promise<number> {
  const [row] = await sql<{ n: number }[]>`SELECT count(*)::int AS n FROM deployment_queue WHERE status = 'WAITING'`;
  return row?.n ?? 0;
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

/** `after`, `before`: behind or in front of an entry that may meanwhile have left the queue; one of them at most. */
export type QueuePage = { limit: number | null; after?: number; before?: number };

/** Waiting entries in queue order, from 1. */
export async function readQueuePage(sql: Sql, page: QueuePage): Promise<WaitingRow[]> {
  const { before, after } = page;
  const order = before === undefined ? inOrder(sql) : inReverse(sql);
  const rows = await sql<Omit<WaitingRow, "position">[]>`
    ${from(sql, before ?? after)}
    SELECT ${entryColumns(sql)}, b.name AS "botName", b.meeting_platform AS "meetingPlatform", q.priority,
      q.queued_at AS "queuedAt", q.timeout_at AS "timeoutAt", q.open_to AS "openTo", ${heldBy(sql)}
    FROM (${readPart(sql, page)}) q JOIN bots b ON b.id = q.bot_id ORDER BY ${order} LIMIT ${page.limit}`;
  const offset = after === undefined ? 0 : await readPosition(sql, after, "last");
  if (before === undefined) return rows.map((row, index) => ({ ...row, position: offset + index + 1 }));
  const ahead = await readPosition(sql, before, "before");
  // Between the two reads the queue may have become shorter: no place is before the first.
  const first = Math.max(1, ahead - rows.length + 1);
  return rows.reverse().map((row, index) => ({ ...row, position: first + index }));
}

function from(sql: Sql, entryId: number | undefined) {
  if (entryId === undefined) return sql``;
  return sql`
    WITH e AS MATERIALIZED (SELECT priority, queued_at, id FROM deployment_queue WHERE id = ${entryId})`;
}

/** Each part is one range of the queue's index, read from the end at which the page begins. */
function readPart(sql: Sql, { limit, before, after }: QueuePage) {
  const waiting = sql`SELECT * FROM deployment_queue q WHERE q.status = 'WAITING'`;
  if (before === undefined && after === undefined) return sql`${waiting} ORDER BY ${inOrder(sql)} LIMIT ${limit}`;
  const isSame = sql`q.priority = (SELECT priority FROM e)`;
  const place = sql`((SELECT queued_at FROM e), (SELECT id FROM e))`;
  if (before !== undefined) {
    return sql`
      (${waiting} AND ${isSame} AND (q.queued_at, q.id) < ${place} ORDER BY ${inReverse(sql)} LIMIT ${limit})
      UNION ALL
      (${waiting} AND q.priority > (SELECT priority FROM e) ORDER BY ${inReverse(sql)} LIMIT ${limit})`;
  }
  return sql`
    (${waiting} AND ${isSame} AND (q.queued_at, q.id) > ${place} ORDER BY ${inOrder(sql)} LIMIT ${limit})
    UNION ALL
    (${waiting} AND q.priority < (SELECT priority FROM e) ORDER BY ${inOrder(sql)} LIMIT ${limit})`;
}

function inOrder(sql: Sql) {
  return sql`q.priority DESC, q.queued_at, q.id`;
}

function inReverse(sql: Sql) {
  return sql`q.priority, q.queued_at DESC, q.id DESC`;
}

/** An entry by which a bot waits, with what its reason is told from. */
export type WaitingEntry = EntryRow & Pick<WaitingRow, "openTo" | "heldBy">;

/** The entries of those of these bots that wait. */
export function readWaitingEntries(sql: Sql, botIds: readonly number[]): Promise<WaitingEntry[]> {
  return sql<WaitingEntry[]>`
    SELECT ${entryColumns(sql)}, q.open_to AS "openTo", ${heldBy(sql)}
    FROM deployment_queue q WHERE q.bot_id = ANY(${[...botIds]}::int[]) AND q.status = 'WAITING'`;
}

function heldBy(sql: Queryable) {
  return sql`(SELECT d.platform FROM deployments d WHERE d.bot_id = q.bot_id AND d.phase = 'STOPPING' AND d.holds_bot
    LIMIT 1) AS "heldBy"`;
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
