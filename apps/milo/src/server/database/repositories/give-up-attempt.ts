import {
  type DeploymentPlatform,
  type LaunchFailureClass,
  PLATFORM_LABELS,
  reactToLaunchFailure,
} from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { toFailureHistory, toStageState } from "./entry-state.ts";
import { type BotFate, finishBot, finishEntry } from "./finish-bot.ts";
import { type LockedBot, type LockedEntry, lockAttempt } from "./lock-attempt.ts";
import { requeueEntry } from "./requeue-entry.ts";
import { appendEvents } from "./save-entries.ts";
import { readNowMs } from "./time-columns.ts";

export type GiveUp = {
  deploymentId: number;
  /** Only while the attempt still bears this fence; null = whoever holds it. */
  fence: number | null;
  class: LaunchFailureClass;
  reason: string;
  /** True only when it is certain that nothing of it exists or ever will: then its slot is free at once. */
  nothingExists: boolean;
  /** What the platform asked for (Retry-After), in milliseconds. */
  retryAfterMs?: number;
  /** In [0, 1): spreads the back-off. */
  random: number;
  /** Hears, after the commit, what became of its bot. */
  onFate?(fate: BotFate): void;
};

/**
 * Gives up an attempt before its claim: the one write after which its claim is refused for good, and in the same
 * transaction what becomes of its bot. The slot stays held until the workload is known to be gone. Answers false
 * when the attempt had been claimed, given up or taken over: nothing was changed.
 */
export async function giveUpAttempt(sql: Sql, given: GiveUp): Promise<boolean> {
  const input = { ...given, reason: storableText(given.reason) };
  let fate: BotFate | null = null;
  const gaveUp = await sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, input.deploymentId);
    if (locked === null || !(await revoke(tx, input))) return false;
    const { attempt, entry, bot } = locked;
    const nowMs = await readNowMs(tx);
    const failure = `${PLATFORM_LABELS[attempt.platform]}, attempt ${attempt.attempt} (${input.class}): ${input.reason}`;
    await appendEvents(tx, [
      { botId: bot.id, deploymentId: input.deploymentId, code: "ATTEMPT_FAILED", message: failure },
    ]);
    if (bot.status === "DEPLOYING" && !bot.stopRequested && entry?.status === "PROCESSING") {
      fate = await react(tx, { ...input, platform: attempt.platform, failure, nowMs }, entry, bot);
    } else if (bot.status === "DEPLOYING") {
      fate = await finishBot(tx, bot.id, { status: "FATAL", code: "LAUNCH_FAILED", reason: failure });
    }
    await tx`SELECT pg_notify('milo_queue', ''), pg_notify('milo_decided', '')`;
    return true;
  });
  if (fate !== null) given.onFate?.(fate);
  return gaveUp;
}

/**
 * The compare-and-set that claim and revoke race on: RESERVED, LAUNCHING or STARTING → STOPPING or ENDED. Revoked by
 * another than its holder, it keeps the holder's lease: a request may be on its way, and whoever is to stop it waits
 * until the holder has noticed or its lease is over, so that nothing is called gone that is about to start.
 */
export async function revoke(
  tx: Queryable,
  input: {
    deploymentId: number;
    fence: number | null;
    class: LaunchFailureClass | null;
    reason: string;
    nothingExists: boolean;
  },
): Promise<boolean> {
  const byHolder = input.fence !== null;
  const rows = await tx`
    UPDATE deployments d SET phase = x.phase, fence = fence + 1, failure_class = ${input.class}, reason = ${input.reason},
      outcome = CASE WHEN x.phase = 'ENDED' THEN 'never_launched' WHEN ${input.class}::text IS NULL THEN 'cancelled'
        ELSE 'failed' END,
      stopping_at = milo_now(), ended_at = CASE WHEN x.phase = 'ENDED' THEN milo_now() END,
      lease_owner = CASE WHEN ${byHolder} OR x.phase = 'ENDED' THEN NULL ELSE lease_owner END,
      lease_until = CASE WHEN ${byHolder} OR x.phase = 'ENDED' THEN NULL ELSE lease_until END
    FROM (SELECT id, CASE WHEN phase = 'RESERVED' OR ${input.nothingExists} THEN 'ENDED' ELSE 'STOPPING' END AS phase
      FROM deployments WHERE id = ${input.deploymentId} FOR UPDATE) x
    WHERE d.id = x.id AND d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING')
      AND (${input.fence}::int IS NULL OR d.fence = ${input.fence}::int)
    RETURNING d.id`;
  return rows.length > 0;
}

async function react(
  tx: Queryable,
  input: GiveUp & { platform: DeploymentPlatform; failure: string; nowMs: number },
  entry: LockedEntry,
  bot: LockedBot,
): Promise<BotFate | null> {
  const reaction = reactToLaunchFailure(
    toStageState(entry),
    toFailureHistory(entry),
    { platform: input.platform, class: input.class, reason: input.reason, retryAfterMs: input.retryAfterMs },
    input.nowMs,
    input.random,
  );
  switch (reaction.kind) {
    case "wait":
      return requeueEntry(tx, { entry, reaction, lastFailure: input.failure, nowMs: input.nowMs });
    case "expired":
      await finishEntry(tx, entry.id, "EXPIRED");
      return finishBot(tx, bot.id, {
        status: "FATAL",
        code: "QUEUE_TIMEOUT",
        reason: `Its deadline passed; the last attempt failed: ${input.failure}`,
      });
    case "fatal":
      await finishEntry(tx, entry.id, "CANCELLED");
      return finishBot(tx, bot.id, {
        status: "FATAL",
        code: reaction.code.toUpperCase(),
        reason: [entry.lastFailure, input.failure].filter((text) => text !== null).join("; then "),
      });
  }
}
