import { nameBot, PLATFORM_LABELS } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { cancelWaiting, type NotWaiting } from "#server/database/repositories/cancel-waiting.ts";
import type { QueuedKey } from "#server/database/repositories/lock-queued.ts";
import { nudgeDispatchers, tellDecided } from "#server/database/repositories/notify.ts";
import { setPriority } from "#server/database/repositories/set-priority.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import { createNudge } from "./create-nudge.ts";
import { type BulkResult, type ItemResult, runBulk } from "./run-bulk.ts";

/** Queue entries by their own ids, or by the bots they are for. */
export type QueueSelection = { entryIds: readonly number[] } | { botIds: readonly number[] };

export type QueueService = {
  /**
   * Cancels bots that wait. Codes of refusals: NOT_FOUND, BEING_LAUNCHED and RUNNING (it waits no more: `bots.stop`),
   * ALREADY_ENDED, ENTRY_OVER.
   */
  cancel(which: QueueSelection): Promise<BulkResult>;
  /**
   * Changes the priority of bots that wait, from the next pass on. Codes of refusals as above; a success with
   * BEING_LAUNCHED counts only when the attempt under way fails.
   */
  setPriority(which: QueueSelection, priority: number): Promise<BulkResult>;
};

export function createQueueService({ sql, log }: { sql: Sql; log: Logger }): QueueService {
  // After the commits, once for many: a hint inside of a write would make all commits queue up.
  const nudge = createNudge(() => nudgeDispatchers(sql), log);
  const decided = createNudge(() => tellDecided(sql), log);
  return {
    async cancel(which) {
      const result = await forEach(which, async (key) => {
        const done = await cancelWaiting(sql, key);
        if (done.kind === "cancelled") {
          const why = "somebody took it out of the queue";
          tellDecision(log, "stop_ordered", { bot: done.botId, why, from: "QUEUED", to: "CANCELLED" });
          return { ok: true };
        }
        return done.kind === "not_found" ? notFound(key) : refuse(done);
      });
      if (result.results.some((item) => item.ok)) {
        nudge();
        decided();
      }
      return result;
    },
    async setPriority(which, priority) {
      const result = await forEach(which, async (key) => {
        const done = await setPriority(sql, key, priority);
        if (done.kind === "not_found") return notFound(key);
        if (done.kind !== "set") return refuse(done);
        const [from, to] = [String(done.from), String(priority)];
        if (from !== to)
          tellDecision(log, "reordered", { bot: done.botId, why: "somebody set its priority", from, to });
        if (!done.launching) return { ok: true };
        const message = "It is being launched; the priority counts when this attempt fails and it waits again";
        return { ok: true, code: "BEING_LAUNCHED", message };
      });
      if (result.results.some((item) => item.ok)) nudge();
      return result;
    },
  };

  function forEach(which: QueueSelection, act: (key: QueuedKey) => Promise<Omit<ItemResult, "id">>) {
    return "entryIds" in which
      ? runBulk(which.entryIds, (entryId) => act({ entryId }), log)
      : runBulk(which.botIds, (botId) => act({ botId }), log);
  }
}

function notFound(key: QueuedKey): Omit<ItemResult, "id"> {
  const what = "entryId" in key ? `queue entry ${key.entryId}` : nameBot(key.botId, "within");
  return { ok: false, code: "NOT_FOUND", message: `There is no ${what}` };
}

/** Says why it is too late, and what to do instead. */
function refuse({ kind, botId, status, statusReason, platform }: NotWaiting): Omit<ItemResult, "id"> {
  const where = platform === null ? "" : ` on ${PLATFORM_LABELS[platform]}`;
  switch (kind) {
    case "launching":
      return {
        ok: false,
        code: "BEING_LAUNCHED",
        message: `${nameBot(botId)} waits no more: it is being launched${where}. Stop it with bots.stop`,
      };
    case "running":
      return {
        ok: false,
        code: "RUNNING",
        message: `${nameBot(botId)} waits no more: it runs${where} (${status}). Have it leave with bots.stop`,
      };
    case "elsewhere":
      return {
        ok: false,
        code: "ENTRY_OVER",
        message: `This queue entry of ${nameBot(botId, "within")} is over; the bot waits by another. Name the bot instead`,
      };
    case "final":
      return {
        ok: false,
        code: "ALREADY_ENDED",
        message: `${nameBot(botId)} has ended already (${status}${statusReason === null ? "" : `: ${statusReason}`})`,
      };
  }
}
