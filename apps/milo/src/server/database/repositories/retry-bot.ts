import { type BotStatus, botCan, nameBot, type PlatformPlan } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { claimedContainerMayRun } from "./bots-view.ts";
import { type CreatedBot, createBot, type NewBot } from "./create-bot.ts";
import { lockBot } from "./lock-attempt.ts";
import { appendEvents } from "./save-entries.ts";

export type RetryResult =
  | { kind: "not_found" }
  /** Why not, in words. */
  | { kind: "refused"; status: BotStatus; why: string }
  | ({ kind: "retried" } & CreatedBot);

/**
 * Makes another bot with the request of one that has ended, and says so in the stories of both. It bears the key of the old
 * one, or one that names it: as long as it is not final, whoever asks again is answered with it. `planFor` gives the plan
 * for the platforms that the bot was kept to, and may refuse by throwing. The caller nudges.
 */
export function retryBot(
  sql: Sql,
  botId: number,
  planFor: (platforms: NewBot["platforms"]) => PlatformPlan,
): Promise<RetryResult> {
  return sql.begin(async (tx): Promise<RetryResult> => {
    const bot = await lockBot(tx, botId);
    if (bot === null) return { kind: "not_found" };
    const verdict = botCan.retry({ status: bot.status, ...(await readContainers(tx, botId)) });
    if (!verdict.can) return { kind: "refused", status: bot.status, why: verdict.reason };
    const request = await readRequest(tx, botId);
    const created = await createBot(tx, request, planFor(request.platforms));
    if (created.created) {
      await appendEvents(tx, [
        { botId, code: "RETRIED", message: `Was retried as ${nameBot(created.botId, "within")}` },
        { botId: created.botId, code: "RETRY_OF", message: `Is a retry of ${nameBot(botId, "within")}` },
      ]);
    }
    return { kind: "retried", ...created };
  });
}

/**
 * Of the bot, and of those that bear the key which its retry would. To be read once the bot is locked, by a statement of
 * its own: whoever ends a bot holds that lock, and a look from before it, or in the statement that waits for it, would not
 * see what has claimed meanwhile.
 */
async function readContainers(tx: Queryable, botId: number): Promise<{ claimedContainerMayRun: boolean }> {
  const [row] = await tx<{ claimedContainerMayRun: boolean }[]>`
    SELECT ${claimedContainerMayRun(tx, botId)} OR EXISTS (
      SELECT 1 FROM deployments d JOIN bots other ON other.id = d.bot_id, bots b
      WHERE b.id = ${botId} AND other.deduplication_key = ${keyOfRetry(tx)} AND d.claimed_at IS NOT NULL
        AND d.phase <> 'ENDED') AS "claimedContainerMayRun"`;
  if (row === undefined) throw new Error("The look for containers answered no row");
  return row;
}

/** Of the bot in `b`. */
function keyOfRetry(tx: Queryable) {
  return tx`coalesce(b.deduplication_key, 'milo:retry:' || b.id)`;
}

type RequestRow = { [Key in keyof Required<NewBot>]: Required<NewBot>[Key] | null };

/** What was asked for when the bot was made; its priority as it was last set. */
async function readRequest(tx: Queryable, botId: number): Promise<NewBot> {
  const [row] = await tx<RequestRow[]>`
    SELECT name, meeting_platform AS "meetingPlatform", meeting_url AS "meetingUrl", priority,
      queue_timeout_ms AS "queueTimeoutMs", max_duration_ms AS "maxDurationMs",
      ${keyOfRetry(tx)} AS "deduplicationKey", wanted_platforms AS platforms
    FROM bots b WHERE id = ${botId}`;
  if (row === undefined) throw new Error(`${nameBot(botId)} is gone under its lock`);
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as NewBot;
}
