import { PLATFORM_LABELS } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { hasSpokenSince } from "./end-observed.ts";
import type { BotFate } from "./finish-bot.ts";
import { lockAttempt } from "./lock-attempt.ts";
import { loseClaimed } from "./lose-claimed.ts";
import { appendEvents } from "./save-entries.ts";

/** A claimed attempt of which neither platform nor bot give a sign of life. */
export type Unreachable = {
  deploymentId: number;
  /** When the platform was asked: a heartbeat since then outranks it. */
  listedAtMs: number;
  reason: string;
};

/**
 * Raises the alarm for a claimed bot: nothing proves that its container has ended, so it is not replaced by itself.
 * Answers whether it is a new alarm.
 */
export function noteUnreachable(sql: Sql, seen: Unreachable): Promise<boolean> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, seen.deploymentId);
    if (locked === null || (await hasSpokenSince(tx, seen))) return false;
    const rows = await tx`
      UPDATE deployments SET unreachable_since = milo_now()
      WHERE id = ${seen.deploymentId} AND phase = 'RUNNING' AND unreachable_since IS NULL RETURNING id`;
    if (rows.length === 0) return false;
    const { attempt, bot } = locked;
    const message = `${PLATFORM_LABELS[attempt.platform]}, attempt ${attempt.attempt} cannot be reached: ${seen.reason}. Nothing proves that its container has ended: it is replaced only on request (bots.replaceAnyway)`;
    await appendEvents(tx, [{ botId: bot.id, deploymentId: seen.deploymentId, code: "UNREACHABLE", message }]);
    return true;
  });
}

/** Takes the alarm back: its platform shows it, or its bot has spoken. */
export function noteReachable(sql: Sql, deploymentId: number): Promise<void> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return;
    const rows = await tx`
      UPDATE deployments SET unreachable_since = NULL
      WHERE id = ${deploymentId} AND unreachable_since IS NOT NULL RETURNING id`;
    if (rows.length === 0) return;
    const message = "There is a sign of life again";
    await appendEvents(tx, [{ botId: locked.bot.id, deploymentId, code: "REACHABLE", message }]);
  });
}

/**
 * Believes the absence of a claimed attempt for which the alarm was raised long ago: its bot is final, as nobody has
 * asked for a replacement; its slot is free when its absence is confirmed. Answers null when nothing was changed.
 */
export function endUnreachable(sql: Sql, seen: Unreachable): Promise<BotFate | null> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, seen.deploymentId);
    if (locked === null || (await hasSpokenSince(tx, seen))) return null;
    const { deploymentId } = seen;
    const reason = storableText(`Its container is not there any more: ${seen.reason}`);
    return loseClaimed(tx, locked, { deploymentId, infrastructure: true, reason, holdsBot: false }, null);
  });
}

/**
 * Keeps what the platform says of its taking the container away, which still runs (`reason`), or that it does not say so
 * any more (null). Answers whether that is news.
 */
export function noteReclaim(sql: Sql, deploymentId: number, reason: string | null): Promise<boolean> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null || !(await markReclaim(tx, deploymentId, reason !== null))) return false;
    const message = reason === null ? "The platform does not take its container away any more" : storableText(reason);
    const code = reason === null ? "RECLAIM_WITHDRAWN" : "RECLAIM_NOTICED";
    await appendEvents(tx, [{ botId: locked.bot.id, deploymentId, code, message }]);
    return true;
  });
}

async function markReclaim(tx: Queryable, deploymentId: number, noticed: boolean): Promise<boolean> {
  const rows = await tx`
    UPDATE deployments SET reclaim_noticed_at = CASE WHEN ${noticed} THEN milo_now() END
    WHERE id = ${deploymentId} AND phase = 'RUNNING' AND (reclaim_noticed_at IS NOT NULL) <> ${noticed} RETURNING id`;
  return rows.length > 0;
}
