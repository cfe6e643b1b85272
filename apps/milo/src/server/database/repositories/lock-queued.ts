import type { QueueStatus } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";

/** Names an entry by its own id, or a bot by the entry that is open for it. */
export type QueuedKey = { entryId: number } | { botId: number };

export type QueuedRow = { id: number; botId: number; status: QueueStatus; priority: number };

/**
 * Locks the entry, waiting for an admission that is at it, and reads what that has left. Null: there is no such entry, or
 * none that is open for the bot. The bot is locked after it, in the order that all of milo keeps.
 */
export async function lockQueued(tx: Queryable, key: QueuedKey): Promise<QueuedRow | null> {
  const [entry] = await tx<QueuedRow[]>`
    SELECT id, bot_id AS "botId", status, priority FROM deployment_queue
    WHERE ${
      "entryId" in key ? tx`id = ${key.entryId}` : tx`bot_id = ${key.botId} AND status IN ('WAITING', 'PROCESSING')`
    } FOR UPDATE`;
  return entry ?? null;
}
