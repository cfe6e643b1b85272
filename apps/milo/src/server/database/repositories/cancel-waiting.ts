import { type BotStatus, type DeploymentPlatform, isFinalBotStatus, queueCan } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { finishBot, finishEntry } from "./finish-bot.ts";
import { hasMoved, lockQueuedBot, type QueuedKey, untilSettled } from "./lock-queued.ts";

/** A bot that waits no more, with where it is instead. */
export type NotWaiting = {
  /** `elsewhere`: it does wait, by another entry than the one that was named. */
  kind: "launching" | "running" | "final" | "elsewhere";
  botId: number;
  status: BotStatus;
  statusReason: string | null;
  /** Of its latest attempt; null when it never had one. */
  platform: DeploymentPlatform | null;
};

export type CancelResult = { kind: "not_found" } | { kind: "cancelled"; botId: number } | NotWaiting;

/**
 * Ends a bot that waits: bot and entry CANCELLED in one transaction. One that has a slot already is left alone and said
 * so. The entry is locked first, as an admission does: of the two, whoever comes second sees what the first has done.
 * The caller tells dispatchers and waiting callers, once for many.
 */
export function cancelWaiting(sql: Sql, key: QueuedKey): Promise<CancelResult> {
  return untilSettled(sql, (tx) => tryCancel(tx, key));
}

async function tryCancel(tx: Queryable, key: QueuedKey): Promise<CancelResult | "moved"> {
  const locked = await lockQueuedBot(tx, key);
  if (locked === null) return { kind: "not_found" };
  const { entry, bot } = locked;
  const botId = bot.id;
  if (await hasMoved(tx, bot, entry)) return "moved";
  const isOpen = entry === null || queueCan.cancel(entry.status).can;
  if (bot.status !== "QUEUED" || !isOpen) return describeElsewhere(tx, botId, bot.status);
  await tx`UPDATE bots SET stop_requested_at = coalesce(stop_requested_at, milo_now()) WHERE id = ${botId}`;
  if (entry !== null) await finishEntry(tx, entry.id, "CANCELLED");
  await finishBot(tx, botId, {
    status: "CANCELLED",
    code: "STOP_REQUESTED",
    reason: "Taken out of the queue on request",
  });
  return { kind: "cancelled", botId };
}

/** Where a bot is that does not wait. */
export async function describeElsewhere(tx: Queryable, botId: number, status: BotStatus): Promise<NotWaiting> {
  const [row] = await tx<Pick<NotWaiting, "statusReason" | "platform">[]>`
    SELECT status_reason AS "statusReason", deployment_platform AS platform FROM bots WHERE id = ${botId}`;
  return {
    kind: kindOf(status),
    botId,
    status,
    statusReason: row?.statusReason ?? null,
    platform: row?.platform ?? null,
  };
}

function kindOf(status: BotStatus): NotWaiting["kind"] {
  if (isFinalBotStatus(status)) return "final";
  if (status === "DEPLOYING") return "launching";
  return status === "QUEUED" ? "elsewhere" : "running";
}
