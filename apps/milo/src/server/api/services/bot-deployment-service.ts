import type { DeploymentPlatform, PlatformPlan } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type BotFilter, type BotView, readBot, readBots } from "#server/database/repositories/bots-view.ts";
import { createBot, type NewBot } from "#server/database/repositories/create-bot.ts";
import { nudgeDispatchers } from "#server/database/repositories/notify.ts";
import { createNudge } from "./create-nudge.ts";
import { ServiceError } from "./errors.ts";
import type { HybridDeployResult, HybridPlatformService } from "./hybrid-platform-service.ts";
import { type BulkResult, type ItemResult, runBulk } from "./run-bulk.ts";

/** `created` is false when a live bot with the same deduplication key answered. */
export type CreateBotResult = { botId: number; created: boolean } & HybridDeployResult;

/** A bot as it is asked for; `platforms` keeps it to those of the plan. */
export type WantedBot = NewBot & { platforms?: readonly DeploymentPlatform[] };

export type BotDeploymentService = {
  /** Accepts a bot durably, in one transaction, and has it deployed. Throws BAD_INPUT for a platform outside the plan. */
  create(bot: WantedBot): Promise<CreateBotResult>;
  /** Throws NOT_FOUND. */
  get(botId: number): Promise<BotView>;
  /** Newest first, at most `limit`; `nextBefore` continues, null at the end. */
  list(page: BotFilter & { limit: number; before?: number }): Promise<{ bots: BotView[]; nextBefore: number | null }>;
  /** Stops many bots, each on its own; one that is ending already counts as stopped. */
  stopMany(botIds: readonly number[]): Promise<BulkResult>;
};

export function createBotDeploymentService(deps: {
  sql: Sql;
  plan: PlatformPlan;
  hybrid: HybridPlatformService;
  log: Logger;
}): BotDeploymentService {
  const { sql, plan, hybrid, log } = deps;
  const nudge = createNudge(() => nudgeDispatchers(sql), log);
  return {
    async create({ platforms, ...bot }) {
      const { botId, created, transactionId } = await createBot(sql, bot, keepTo(plan, platforms));
      if (created) nudge();
      return { botId, created, ...(await hybrid.deployBot({ botId, transactionId })) };
    },
    async get(botId) {
      const bot = await readBot(sql, botId);
      if (bot === null) throw new ServiceError("NOT_FOUND", `There is no bot ${botId}`);
      return bot;
    },
    async list({ limit, ...page }) {
      const rows = await readBots(sql, { ...page, limit: limit + 1 });
      const bots = rows.slice(0, limit);
      return { bots, nextBefore: rows.length > limit ? (bots.at(-1)?.id ?? null) : null };
    },
    stopMany: (botIds) => runBulk(botIds, (botId) => stopOne(hybrid, botId), log),
  };
}

/** The plan without the platforms that a bot is not to be placed on: its queue entry stores no other. */
function keepTo(plan: PlatformPlan, wanted: readonly DeploymentPlatform[] | undefined): PlatformPlan {
  if (wanted === undefined) return plan;
  const missing = wanted.find((name) => !plan.platforms.some(({ platform }) => platform === name));
  if (missing !== undefined) throw new ServiceError("BAD_INPUT", `platforms: ${missing} is not in the plan`);
  return { ...plan, platforms: plan.platforms.filter(({ platform }) => wanted.includes(platform)) };
}

async function stopOne(hybrid: HybridPlatformService, botId: number): Promise<Omit<ItemResult, "id">> {
  try {
    await hybrid.stopBot(botId);
    return { ok: true };
  } catch (error) {
    if (error instanceof ServiceError) return { ok: false, code: error.code, message: error.message };
    throw error;
  }
}
