import { queueCan } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { describeElsewhere, type NotWaiting } from "./cancel-waiting.ts";
import { lockQueuedBot, type QueuedKey } from "./lock-queued.ts";
import { appendEvents } from "./save-entries.ts";

export type PriorityResult =
  | { kind: "not_found" }
  /** `launching`: its attempt goes on; the priority counts when that fails and the bot waits again. */
  | { kind: "set"; botId: number; from: number; launching: boolean }
  | NotWaiting;

/**
 * Changes the priority of an open entry and of its bot, and says so in the bot's story. It counts from the first head
 * that is read after the commit. Waits for an admission that is at the entry, which goes on as it began.
 */
export function setPriority(sql: Sql, key: QueuedKey, priority: number): Promise<PriorityResult> {
  return sql.begin(async (tx): Promise<PriorityResult> => {
    const locked = await lockQueuedBot(tx, key);
    if (locked === null) return { kind: "not_found" };
    const { entry, bot } = locked;
    const botId = bot.id;
    if (entry === null || !queueCan.setPriority(entry.status).can) {
      return describeElsewhere(tx, botId, bot.status);
    }
    if (entry.priority !== priority) {
      await tx`UPDATE deployment_queue SET priority = ${priority} WHERE id = ${entry.id}`;
      await tx`UPDATE bots SET priority = ${priority} WHERE id = ${botId}`;
      const message = `Its priority was changed from ${entry.priority} to ${priority}`;
      await appendEvents(tx, [{ botId, code: "PRIORITY_CHANGED", message }]);
    }
    return { kind: "set", botId, from: entry.priority, launching: entry.status === "PROCESSING" };
  });
}
