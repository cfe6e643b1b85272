import { type PlatformPlan, waitPlanFor } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type CreatedBot, insertBots, type NewBot } from "#server/database/repositories/create-bot.ts";
import { isRetryable, isUndone } from "#server/database/retry.ts";

/** A bot that was asked for, with the plan that it waits by; `index` is its place in what was asked for, from 0. */
export type AskedBot = { index: number; bot: NewBot; plan: PlatformPlan };

/** `lost` is the error over which the database was lost: the bot may be stored. */
export type StoredBefore = CreatedBot | { lost: unknown };

/**
 * Stores many bots together, those that wait by one plan in one statement: a commit for each takes many times as long. Answers
 * by index. One that is left out is not stored, as its key was taken or the statement failed, be it for another's sake: it
 * may be stored by itself.
 */
export async function storeTogether(
  sql: Sql,
  asked: readonly AskedBot[],
  log: Logger,
): Promise<ReadonlyMap<number, StoredBefore>> {
  const stored = new Map<number, StoredBefore>();
  const rows = asked.map(({ index, bot, plan }) => ({ index, bot, wait: waitPlanFor(plan, bot.queueTimeoutMs) }));
  for (const group of Map.groupBy(rows, ({ wait }) => JSON.stringify(wait)).values()) {
    const [{ wait } = { wait: null }] = group;
    if (wait === null) continue;
    const bots = group.map(({ index, bot }) => ({ index, ...bot }));
    try {
      for (const { index, ...row } of await insertBots(sql, bots, wait)) stored.set(index, { ...row, created: true });
    } catch (error) {
      log.warn(
        { err: error, bots: group.length },
        "Bots could not be stored together; those that may be are stored one by one",
      );
      if (!isRetryable(error) || isUndone(error)) continue;
      for (const { index } of group) stored.set(index, { lost: error });
    }
  }
  return stored;
}
