import { advance, firstStage, MAX_REPLACEMENTS, nameBot, type StageState, totalWaitMs } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import { describeWaiting, toWaitingState } from "./advance-entries.ts";
import { type BotFate, moveBot } from "./finish-bot.ts";
import type { LockedBot, LockedEntry } from "./lock-attempt.ts";
import { readNowMs } from "./time-columns.ts";

type Replaced = {
  bot: LockedBot;
  /** The entry by which the lost attempt was placed. */
  entry: LockedEntry | null;
  loss: { deploymentId: number; reason: string; holdsBot: boolean };
  meetingEndsByMs: number;
  /** An operator orders it though nothing proves that the container has ended. */
  isUnproven: boolean;
};

/**
 * Puts a claimed bot back into the queue: a new entry with its own plan, at its old place, with fresh waits that end with
 * its meeting at the latest. The caller holds entry and bot and has ended the attempt in this transaction.
 */
export async function replaceBot(tx: Queryable, { bot, entry, loss, ...by }: Replaced): Promise<BotFate> {
  const { meetingEndsByMs, isUnproven } = by;
  if (entry === null) throw new Error(`${nameBot(bot.id)} has no plan to wait by`);
  const nowMs = await readNowMs(tx);
  const state = freshState(entry, nowMs, meetingEndsByMs);
  await insertEntry(tx, entry, loss.reason, state, nowMs);
  await tx`UPDATE deployments SET holds_bot = ${loss.holdsBot} WHERE id = ${loss.deploymentId}`;
  const [row] = await tx<{ replacements: number }[]>`
    UPDATE bots SET replacements = replacements + 1, deployment_platform = NULL, platform_identifier = NULL,
      meeting_ends_by = to_timestamp(${meetingEndsByMs}::float8 / 1000)
    WHERE id = ${bot.id} RETURNING replacements`;
  const ended = isUnproven ? "its last container may still be in the call" : "nothing of its last container runs";
  const first = loss.holdsBot ? "first its last container has to be gone" : ended;
  const next = describeWaiting(state.stage);
  const reason = `Back in the queue for replacement ${inWords(row?.replacements ?? 1)}; ${next}; ${first}`;
  await moveBot(tx, bot.id, { status: "QUEUED", code: "REPLACED", reason }, { deploymentId: loss.deploymentId });
  await tx`SELECT pg_notify('milo_queue', ''), pg_notify('milo_decided', '')`;
  return { botId: bot.id, to: "QUEUED", why: `${loss.reason}. ${reason}` };
}

function freshState({ plan }: LockedEntry, nowMs: number, meetingEndsByMs: number): StageState {
  const first = firstStage(plan, nowMs);
  const { stageEndsAtMs } = first;
  return advance(
    {
      ...first,
      timeoutAtMs: Math.min(first.timeoutAtMs, meetingEndsByMs),
      stageEndsAtMs: stageEndsAtMs === null ? null : Math.min(stageEndsAtMs, meetingEndsByMs),
    },
    new Map(),
    nowMs,
  ).state;
}

async function insertEntry(
  tx: Queryable,
  old: LockedEntry,
  lastFailure: string,
  state: StageState,
  nowMs: number,
): Promise<void> {
  const stored = await toWaitingState(tx, 0, state, nowMs);
  await tx`
    INSERT INTO deployment_queue (bot_id, priority, queued_at, timeout_at, plan, stage, stage_ends_at, open_to,
      recheck_at, first_pass_only, last_failure)
    SELECT q.bot_id, b.priority, q.queued_at, ${instant(tx, stored.timeoutAtMs)}, q.plan, ${stored.stage}::text,
      ${instant(tx, stored.stageEndsAtMs)}, ${[...stored.openTo]}::text[], ${instant(tx, stored.recheckAtMs)},
      ${totalWaitMs(old.plan) === 0}, ${lastFailure}
    FROM deployment_queue q JOIN bots b ON b.id = q.bot_id WHERE q.id = ${old.id}`;
}

function instant(tx: Queryable, ms: number | null) {
  return tx`to_timestamp(${ms}::float8 / 1000)`;
}

function inWords(replacements: number): string {
  const most = replacements > MAX_REPLACEMENTS ? "" : ` of ${MAX_REPLACEMENTS}`;
  return `${replacements}${most}`;
}
