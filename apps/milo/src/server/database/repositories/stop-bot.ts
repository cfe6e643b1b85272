import { botCan } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { finishBot, finishEntry, moveBot } from "./finish-bot.ts";
import { revoke } from "./give-up-attempt.ts";
import { hasMoved, lockQueuedBot, untilSettled } from "./lock-queued.ts";

export type StopResult = "cancelled" | "leaving" | "already_ending" | "not_found";

/**
 * Persists the wish to stop a bot. Waiting or not yet claimed: cancelled, and its attempt revoked, in one
 * transaction. Claimed: it is told to leave by its next heartbeat, and by `leaveByMs` the platform stops it.
 * Stopping a bot that is ending or final changes nothing.
 */
export function stopBot(sql: Sql, botId: number, leaveByMs: number): Promise<StopResult> {
  return untilSettled(sql, (tx) => tryStop(tx, botId, leaveByMs));
}

/** `moved`: it was put back into the queue between the look for its entry and its lock; nothing was done. */
async function tryStop(tx: Queryable, botId: number, leaveByMs: number): Promise<StopResult | "moved"> {
  const locked = await lockQueuedBot(tx, { botId });
  if (locked === null) return "not_found";
  const { entry, bot } = locked;
  if (await hasMoved(tx, bot, entry)) return "moved";
  if (!botCan.stop(bot.status).can) return "already_ending";
  await tx`UPDATE bots SET stop_requested_at = coalesce(stop_requested_at, milo_now()) WHERE id = ${botId}`;
  if (!botCan.cancel(bot.status).can || (await isClaimed(tx, botId))) {
    return tellToLeave(tx, botId, leaveByMs);
  }
  const [live] = await tx<{ id: number }[]>`
      SELECT id FROM deployments WHERE bot_id = ${botId} AND phase IN ('RESERVED', 'LAUNCHING', 'STARTING')`;
  if (live !== undefined) {
    const reason = "Stopped on request before its container had claimed";
    const input = { deploymentId: live.id, fence: null, class: null, reason, nothingExists: false };
    // The claim may win between the two looks: it and the revoke race on the one row.
    if (!(await revoke(tx, input))) return tellToLeave(tx, botId, leaveByMs);
  }
  if (entry !== null) await finishEntry(tx, entry.id, "CANCELLED");
  await finishBot(tx, botId, { status: "CANCELLED", code: "STOP_REQUESTED", reason: "Stopped on request" });
  await tx`SELECT pg_notify('milo_queue', ''), pg_notify('milo_decided', '')`;
  return "cancelled";
}

async function isClaimed(tx: Queryable, botId: number): Promise<boolean> {
  const rows = await tx`SELECT 1 FROM deployments WHERE bot_id = ${botId} AND phase = 'RUNNING'`;
  return rows.length > 0;
}

async function tellToLeave(tx: Queryable, botId: number, leaveByMs: number): Promise<StopResult> {
  const to = { status: "LEAVING", code: "STOP_REQUESTED", reason: "Told to leave on request" } as const;
  if (!(await moveBot(tx, botId, to))) return "already_ending";
  await tx`
    UPDATE deployments SET leave_by = coalesce(leave_by, milo_now() + make_interval(secs => ${leaveByMs / 1000}::float8))
    WHERE bot_id = ${botId} AND phase = 'RUNNING'`;
  return "leaving";
}
