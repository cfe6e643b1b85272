import { type BotStatus, statusesBefore } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import { appendEvents } from "./save-entries.ts";

/** What the change is told by: the attempt it concerns, and the event that already reports it. */
export type Told = { deploymentId?: number; eventId?: number };

/** What became of a bot whose attempt is over: it waits again, or is final. `why` is its status's own sentence. */
export type BotFate = { botId: number; to: "QUEUED" | BotEnd["status"]; why: string };

export type BotEnd = { status: "DONE" | "FATAL" | "CANCELLED"; code: string; reason: string };

/**
 * Ends a bot with a stated reason. Final is final: a bot that is, or that may not end so from where it is, stays
 * as it was, and null is the answer. The caller holds its row.
 */
export async function finishBot(tx: Queryable, botId: number, end: BotEnd, told: Told = {}): Promise<BotFate | null> {
  const rows = await tx`
    UPDATE bots SET status = ${end.status}, status_code = ${end.code}, status_reason = ${end.reason},
      finished_at = milo_now()
    WHERE id = ${botId} AND status = ANY(${[...statusesBefore(end.status)]}::text[]) RETURNING id`;
  if (rows.length === 0) return null;
  await tell(tx, botId, end, told);
  return { botId, to: end.status, why: end.reason };
}

/** Moves a bot to a status that is not final, when it may go there from where it is. The caller holds its row. */
export async function moveBot(tx: Queryable, botId: number, to: Change, told: Told = {}): Promise<boolean> {
  const rows = await tx`
    UPDATE bots SET status = ${to.status}, status_code = ${to.code}, status_reason = ${to.reason}
    WHERE id = ${botId} AND status = ANY(${[...statusesBefore(to.status)]}::text[]) RETURNING id`;
  if (rows.length === 0) return false;
  await tell(tx, botId, to, told);
  return true;
}

type Change = { status: BotStatus; code: string; reason: string };

/** In the transaction of the change: on the event that reported it, or as an event of its own. */
async function tell(tx: Queryable, botId: number, change: Change, { deploymentId, eventId }: Told): Promise<void> {
  if (eventId !== undefined) {
    await tx`UPDATE bot_events SET status = ${change.status} WHERE id = ${eventId}`;
    return;
  }
  await appendEvents(tx, [{ botId, deploymentId, status: change.status, code: change.code, message: change.reason }]);
}

/** Closes an open queue entry. */
export async function finishEntry(
  tx: Queryable,
  entryId: number,
  status: "EXPIRED" | "CANCELLED" | "DISPATCHED",
): Promise<void> {
  await tx`
    UPDATE deployment_queue SET status = ${status}, finished_at = milo_now(), open_to = '{}', recheck_at = NULL
    WHERE id = ${entryId} AND status IN ('WAITING', 'PROCESSING')`;
}
