import type { QueueStatus } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { type LockedBot, lockBot } from "./lock-attempt.ts";

/** Names an entry by its own id, or a bot by the entry that is open for it. */
export type QueuedKey = { entryId: number } | { botId: number };

export type QueuedRow = { id: number; botId: number; status: QueueStatus; priority: number };

/**
 * Locks the entry, waiting for an admission that is at it, and reads what that has left. Null: there is no such entry, or
 * none that is open for the bot. The bot is locked after it, in the order that all of milo keeps.
 */
async function lockQueued(tx: Queryable, key: QueuedKey): Promise<QueuedRow | null> {
  const [entry] = await tx<QueuedRow[]>`
    SELECT id, bot_id AS "botId", status, priority FROM deployment_queue
    WHERE ${
      "entryId" in key ? tx`id = ${key.entryId}` : tx`bot_id = ${key.botId} AND status IN ('WAITING', 'PROCESSING')`
    } FOR UPDATE`;
  return entry ?? null;
}

/** The entry and then its bot, locked; null when there is no such entry or bot. A bot may have no open entry. */
export async function lockQueuedBot(
  tx: Queryable,
  key: QueuedKey,
): Promise<{ entry: QueuedRow | null; bot: LockedBot } | null> {
  const entry = await lockQueued(tx, key);
  const botId = "botId" in key ? key.botId : entry?.botId;
  const bot = botId === undefined ? null : await lockBot(tx, botId);
  return bot === null ? null : { entry, bot };
}

/** Begins anew for as long as a step found that the bot had moved (`hasMoved`) and has done nothing. */
export async function untilSettled<Result>(
  sql: Sql,
  step: (tx: Queryable) => Promise<Result | "moved">,
): Promise<Result> {
  for (;;) {
    const result = await sql.begin((tx) => step(tx));
    if (result !== "moved") return result as Result;
  }
}

/**
 * Whether a bot came by a new entry after the look that found none, and before it was locked: it was replaced meanwhile.
 * Taking that entry's lock now would be against the order, so whoever asks begins anew.
 */
export async function hasMoved(tx: Queryable, bot: LockedBot, entry: QueuedRow | null): Promise<boolean> {
  if (entry !== null || bot.status !== "QUEUED") return false;
  const rows = await tx`
    SELECT 1 FROM deployment_queue WHERE bot_id = ${bot.id} AND status IN ('WAITING', 'PROCESSING')`;
  return rows.length > 0;
}
