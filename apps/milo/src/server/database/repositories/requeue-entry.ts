import { advance, type FailureReaction } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import { readUnavailable, stageLabel } from "./advance-entries.ts";
import { type EntryRow, toStoredState } from "./entry-state.ts";
import { moveBot } from "./finish-bot.ts";
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
): Promise<void> {
  const { entry, reaction, lastFailure, nowMs } = input;
  const { state } = advance(reaction.state, new Map(), nowMs);
  await tx`
    UPDATE deployment_queue SET status = 'WAITING', failures = ${tx.json(reaction.history as never)},
      last_failure = ${lastFailure}
    WHERE id = ${entry.id} AND status = 'PROCESSING'`;
  // Its stage's platform takes no bots: the next pass moves it on, and tells so.
  const closed = state.stage !== "global" && (await readUnavailable(tx)).has(state.stage);
  const stored = toStoredState(entry.id, state, nowMs);
  await saveStates(tx, [closed ? { ...stored, recheckAtMs: nowMs } : stored]);
  const next = state.stage === "global" ? "waits for any platform" : `waits for ${stageLabel(state.stage)}`;
  await moveBot(tx, entry.botId, { status: "QUEUED", code: "REQUEUED", reason: `Back in the queue; ${next}` });
  await tx`UPDATE bots SET deployment_platform = NULL, platform_identifier = NULL WHERE id = ${entry.botId}`;
}
