import type { Sql } from "#server/database/client.ts";
import { durationWords } from "./duration-words.ts";

/** A bot that waits no more, and why. */
export type ExpiredBot = { botId: number; reason: string };
type ExpiredRow = { expired: number; bots: ExpiredBot[] };

/**
 * Expires up to `most` waiting entries whose deadline has passed, and ends their bots. Answers how many; `onExpired`
 * hears of each bot.
 */
export async function expireEntries(
  sql: Sql,
  most: number,
  onExpired: (bot: ExpiredBot) => void = () => {},
): Promise<number> {
  const [row] = await sql<ExpiredRow[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM deployment_queue WHERE status = 'WAITING' AND timeout_at <= milo_now()
      ORDER BY timeout_at, id LIMIT ${most} FOR UPDATE SKIP LOCKED
    ), ${endEntries(sql)}
    ${countExpired(sql)}`;
  for (const bot of row?.bots ?? []) onExpired(bot);
  return row?.expired ?? 0;
}

/**
 * Ends those of the entries that the pass did not place. One for which room has come up meanwhile is left to the next
 * pass, which is at hand.
 */
export async function expireAfterFirstPass(
  sql: Sql,
  entryIds: readonly number[],
  onExpired: (bot: ExpiredBot) => void = () => {},
): Promise<void> {
  if (entryIds.length === 0) return;
  const [row] = await sql<ExpiredRow[]>`
    WITH due AS MATERIALIZED (
      SELECT q.id FROM deployment_queue q WHERE q.id = ANY(${[...entryIds]}::int[]) AND q.status = 'WAITING'
        AND q.open_to <> '{}' AND NOT EXISTS (
          SELECT 1 FROM platforms p WHERE p.platform = ANY(q.open_to) AND milo_has_room(p, milo_now()))
      ORDER BY q.id FOR UPDATE SKIP LOCKED
    ), ${endEntries(sql)}
    ${countExpired(sql)}`;
  for (const bot of row?.bots ?? []) onExpired(bot);
}

function countExpired(sql: Sql) {
  return sql`SELECT count(*)::int AS expired, coalesce((SELECT json_agg(json_build_object('botId', id, 'reason', reason))
    FROM ended), '[]') AS bots FROM expired`;
}

/** The rest of a statement whose `due` holds locked entries. */
function endEntries(sql: Sql) {
  return sql`
    expired AS (
      UPDATE deployment_queue q SET status = 'EXPIRED', finished_at = milo_now(), open_to = '{}', recheck_at = NULL
      FROM due WHERE q.id = due.id AND q.status = 'WAITING'
      RETURNING q.id, q.bot_id, 'No slot came free within '
        || ${durationWords(sql, sql`milo_now() - q.queued_at`)}
        || coalesce('; the last attempt failed: ' || q.last_failure, '') AS reason
    ), ended AS (
      UPDATE bots b SET status = 'FATAL', status_code = 'QUEUE_TIMEOUT', status_reason = expired.reason,
        finished_at = milo_now()
      FROM expired WHERE b.id = expired.bot_id AND b.status = 'QUEUED' RETURNING b.id, expired.reason
    ), told AS (
      INSERT INTO bot_events (bot_id, at, status, code, message)
      SELECT id, milo_now(), 'FATAL', 'QUEUE_TIMEOUT', reason FROM ended
    )`;
}
