import { type DeploymentPlatform, nameBot, type PlatformPlan } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type BotView, readBot } from "#server/database/repositories/bots-view.ts";
import { createBot, type NewBot } from "#server/database/repositories/create-bot.ts";
import { nudgeDispatchers } from "#server/database/repositories/notify.ts";
import { retryBot } from "#server/database/repositories/retry-bot.ts";
import { withRetry } from "#server/database/retry.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import { maskMeetingUrl } from "#server/logging/mask-urls.ts";
import type { Times } from "../../../config/times.ts";
import { type BotList, type BotListQuery, listBots } from "./bot-list.ts";
import { createNudge } from "./create-nudge.ts";
import { ServiceError } from "./errors.ts";
import type { HybridDeployResult, HybridPlatformService } from "./hybrid-platform-service.ts";
import { type BulkResult, FREELY, type ItemAnswer, type ItemResult, ONLY_UNDONE, runBulk } from "./run-bulk.ts";
import { type AskedBot, type StoredBefore, storeTogether } from "./store-together.ts";

/** `created` is false when a live bot with the same deduplication key answered. */
export type CreateBotResult = { botId: number; created: boolean } & HybridDeployResult;

/** What became of one of many; `index` is its place in what was asked for, from 0. */
export type CreatedOne = { index: number; botId?: number; created?: boolean } & Omit<ItemResult, "id">;

export type RetriedBot = { botId: number; created: boolean; retryOf: number };

export type BotDeploymentService = {
  /** Accepts a bot durably, in one transaction, and has it deployed. Throws BAD_INPUT for a platform outside the plan. */
  create(bot: NewBot): Promise<CreateBotResult>;
  /**
   * Accepts many and answers when they are stored, without waiting for their placement. One that cannot be accepted stops
   * none of the others.
   */
  createMany(bots: readonly NewBot[]): Promise<{ results: CreatedOne[] }>;
  /**
   * Another bot with the request of one that has ended; a retry that is not final answers whoever asks again. Throws
   * NOT_FOUND, CONFLICT, BAD_INPUT.
   */
  retry(botId: number): Promise<RetriedBot>;
  /** The query of its `meetingUrl` is hidden. Throws NOT_FOUND. */
  get(botId: number): Promise<BotView>;
  /** Newest first, at most `limit`. */
  list(query: BotListQuery): Promise<BotList>;
  /** Stops many bots, each on its own; one that is ending already counts as stopped. */
  stopMany(botIds: readonly number[]): Promise<BulkResult>;
};

export function createBotDeploymentService(deps: {
  sql: Sql;
  plan: PlatformPlan;
  times: Times;
  hybrid: HybridPlatformService;
  log: Logger;
}): BotDeploymentService {
  const { sql, plan, times, hybrid, log } = deps;
  const nudge = createNudge(() => nudgeDispatchers(sql), log);
  return {
    async create(bot) {
      const { botId, created, transactionId } = await createBot(sql, bot, keepTo(plan, bot.platforms));
      if (created) nudge();
      if (created) accepted(botId);
      return { botId, created, ...(await hybrid.deployBot({ botId, transactionId })) };
    },
    async createMany(bots) {
      const together = await storeTogether(sql, bots.flatMap(askedInPlan), log);
      const { results } = await runBulk<{ botId: number; created: boolean }>(
        [...bots.keys()],
        (index) => answerRefusal(async () => ({ ok: true, ...(await storeOne(bots[index], together.get(index))) })),
        log,
        // With its key, a bot that was stored by a try whose answer was lost is answered by the next.
        (index) => (bots[index]?.deduplicationKey === undefined ? ONLY_UNDONE : FREELY),
      );
      if (results.some((one) => one.created)) nudge();
      return { results: results.map(({ id: index, ...one }) => ({ index, ...one })) };
    },
    async retry(botId) {
      const done = await withRetry(() => retryBot(sql, botId, (platforms) => keepTo(plan, platforms)));
      if (done.kind === "not_found") throw new ServiceError("NOT_FOUND", `There is no ${nameBot(botId, "within")}`);
      if (done.kind === "refused")
        throw new ServiceError("CONFLICT", `${nameBot(botId)} is ${done.status}. ${done.why}`);
      if (done.created) nudge();
      if (done.created) accepted(done.botId, `somebody retried ${nameBot(botId, "within")}`);
      return { botId: done.botId, created: done.created, retryOf: botId };
    },
    async get(botId) {
      const bot = await readBot(sql, botId);
      if (bot === null) throw new ServiceError("NOT_FOUND", `There is no ${nameBot(botId, "within")}`);
      return { ...bot, meetingUrl: maskMeetingUrl(bot.meetingUrl) };
    },
    list: (query) => listBots({ sql, times }, query),
    stopMany: (botIds) => runBulk(botIds, (botId) => answerRefusal(() => stopOne(botId)), log),
  };

  async function stopOne(botId: number): Promise<ItemAnswer> {
    await hybrid.stopBot(botId);
    return { ok: true };
  }
  /** One that is not in the plan is refused by itself. */
  function askedInPlan(bot: NewBot, index: number): AskedBot[] {
    if (missingFrom(plan, bot.platforms) !== undefined) return [];
    return [{ index, bot, plan: keepTo(plan, bot.platforms) }];
  }
  /** By itself, unless it was stored together with others or, without a key to know it by, may have been. */
  async function storeOne(
    bot: NewBot | undefined,
    before: StoredBefore | undefined,
  ): Promise<{ botId?: number; created?: boolean }> {
    if (bot === undefined) return {};
    const isLost = before !== undefined && "lost" in before;
    if (isLost && bot.deduplicationKey === undefined) throw before.lost;
    const known = isLost ? undefined : before;
    const { botId, created } = known ?? (await createBot(sql, bot, keepTo(plan, bot.platforms)));
    if (created) accepted(botId);
    return { botId, created };
  }
  function accepted(bot: number, why = "somebody asked for it"): void {
    tellDecision(log, "accepted", { bot, why });
  }
}

/** The plan without the platforms that a bot is not to be placed on: its queue entry stores no other. */
function keepTo(plan: PlatformPlan, wanted: NewBot["platforms"]): PlatformPlan {
  if (wanted === undefined) return plan;
  const missing = missingFrom(plan, wanted);
  if (missing !== undefined) throw new ServiceError("BAD_INPUT", `platforms: ${missing} is not in the plan`);
  return { ...plan, platforms: plan.platforms.filter(({ platform }) => wanted.includes(platform)) };
}

function missingFrom(plan: PlatformPlan, wanted: NewBot["platforms"]): DeploymentPlatform | undefined {
  return wanted?.find((name) => !plan.platforms.some(({ platform }) => platform === name));
}

/** A refusal of one of many is its answer, and no failure of the others. */
async function answerRefusal<Answer extends object>(
  act: () => Promise<Answer>,
): Promise<Answer | Omit<ItemResult, "id">> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ServiceError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
