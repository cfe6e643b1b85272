import { advance, type FailureReaction } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import { describeWaiting, toWaitingState } from "./advance-entries.ts";
import type { EntryRow } from "./entry-state.ts";
import { type BotFate, moveBot } from "./finish-bot.ts";
import { saveStates } from "./save-entries.ts";

/**
 * Puts a bot back into the queue at its old place: the same row, its queued_at untouched. The caller holds entry
 * and bot and has revoked the attempt in this transaction.
 */
export async function requeueEntry(
  tx: Queryable,
  input: {
    entry: EntryRow;
    reaction: Extract<FailureReaction, { kind: "wait" }>;
    lastFailure: string;
    nowMs: number;
  },
): Promise<BotFate> {
  const { entry, reaction, lastFailure, nowMs } = input;
  const { state } = advance(reaction.state, new Map(), nowMs);
  await tx`
    UPDATE deployment_queue SET status = 'WAITING', failures = ${tx.json(reaction.history as never)},
      last_failure = ${lastFailure}
    WHERE id = ${entry.id} AND status = 'PROCESSING'`;
  await saveStates(tx, [await toWaitingState(tx, entry.id, state, nowMs)]);
  const reason = `Back in the queue; ${describeWaiting(state.stage)}`;
  await moveBot(tx, entry.botId, { status: "QUEUED", code: "REQUEUED", reason });
  await tx`UPDATE bots SET deployment_platform = NULL, platform_identifier = NULL WHERE id = ${entry.botId}`;
  return { botId: entry.botId, to: "QUEUED", why: reason };
}
