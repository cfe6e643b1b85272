import { type DeploymentPlatform, type MeetingPlatform, nameBot, type PlatformPlan, type Stage } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { type Decision, readBot } from "#server/database/repositories/bots-view.ts";
import { type PlatformState, readPlatformStates } from "#server/database/repositories/capacity-view.ts";
import { ensureQueued } from "#server/database/repositories/create-bot.ts";
import { askForPasses } from "#server/database/repositories/notify.ts";
import { readQueuePage, readQueuePlace } from "#server/database/repositories/queue-view.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { withRetry } from "#server/database/retry.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { Times } from "../../../config/times.ts";
import { createDecisionWaiter } from "./decision-waiter.ts";
import { ServiceError } from "./errors.ts";
import { nextStage, type ToldReason, tellReason } from "./explain-wait.ts";
import { createWaitTeller, type ToldWait, WAITS_SHARED_MS, type WaitTeller } from "./tell-waits.ts";

/** What a platform can hold and holds. `queueTimeout` is in milliseconds. */
export type PlatformCapacity = {
  platform: DeploymentPlatform;
  used: number;
  limit: number;
  queueTimeout: number;
  isHealthy: boolean;
};

/** A bot that waits, with why and how much longer. `platform` is its meeting platform. */
export type QueuedBot = ToldWait &
  ToldReason & {
    id: number;
    botId: number;
    botName: string;
    platform: MeetingPlatform;
    queuedAt: Date;
    timeoutAt: Date;
    position: number;
    priority: number;
    waitingFor: Stage;
    /** What it waits for after this; null in the last stage. */
    nextStage: Stage | null;
    /** When it moves on to that. */
    nextStageAt: Date | null;
    waitedMs: number;
    /** Until it gives up as things stand; 0 when that is due. */
    timeLeftMs: number;
  };

/**
 * `success`: the bot is deployed (STARTING or later), or waits durably (`queued`). False: it will not run.
 * `estimatedWaitMs` is absent while there is nothing to tell it from.
 */
export type HybridDeployResult = {
  success: boolean;
  platform?: DeploymentPlatform;
  platformIdentifier?: string;
  queued?: boolean;
  queuePosition?: number;
  estimatedWaitMs?: number;
};

/** A bot to deploy: its row, and the transaction that made it when the caller knows it. */
export type BotConfig = { botId: number; transactionId?: string | null };

/** The coordinator of all platforms, as the specification names it. */
export interface HybridPlatformService {
  /**
   * Has the bot placed on the first platform of its plan that takes it, or leaves it waiting. Idempotent. Answers as
   * soon as it is STARTING or a full pass has left it waiting, after 5 s at the latest; never waits out a platform.
   */
  deployBot(botConfig: BotConfig): Promise<HybridDeployResult>;
  /** Persists the wish to stop the bot and returns. Throws NOT_FOUND for an unknown bot. */
  stopBot(botId: number): Promise<void>;
  /** The plan's platforms in priority order, counted from rows at this moment. */
  getCapacityStats(): Promise<PlatformCapacity[]>;
  /** Waiting bots in queue order; all of them without a page. */
  getQueuedBots(page?: { limit: number; after?: number; before?: number }): Promise<QueuedBot[]>;
  /** Has the dispatchers make one full pass; throws UNAVAILABLE when none did within 5 s. */
  processQueue(): Promise<void>;
  close(): Promise<void>;
}

/** No request waits longer than this for a decision. */
const ANSWER_WITHIN_MS = 5_000;

export type HybridDependencies = {
  sql: Sql;
  plan: PlatformPlan;
  times: Times;
  log: Logger;
  /** How old an estimate of a wait may be; a second when not given. */
  waitsSharedMs?: number;
};

export function createHybridPlatformService(deps: HybridDependencies): HybridPlatformService {
  const { sql, plan, times, log } = deps;
  const tellWaits = createWaitTeller(sql, deps.waitsSharedMs ?? WAITS_SHARED_MS);
  const waiter = createDecisionWaiter(sql, log);
  const readStates = () => readPlatformStates(sql, times.healthFreshMs);

  return {
    async deployBot({ botId, transactionId }) {
      // The transaction that made the bot queued it, too.
      const queued = transactionId ? "queued" : await withRetry(() => ensureQueued(sql, botId, plan));
      if (queued === "not_found") throw new ServiceError("NOT_FOUND", `There is no ${nameBot(botId, "within")}`);
      try {
        const decided = waiter.wait({ botId, transactionId: transactionId ?? null }, ANSWER_WITHIN_MS);
        // Of a bot that has waited for long nobody is told unasked.
        if (!transactionId)
          askForPasses(sql).catch((error) => log.warn({ err: error, bot: botId }, "Cannot ask for a pass"));
        return await toResult(sql, tellWaits, await decided);
      } catch (error) {
        // It is committed: whatever goes wrong while looking at it does not make it fail.
        log.warn({ err: error, bot: botId }, "Cannot tell yet what became of a bot that is safely queued");
        return { success: true, queued: true };
      }
    },

    async stopBot(botId) {
      const result = await withRetry(() => stopBot(sql, botId, times.leaveByMs));
      if (result === "not_found") throw new ServiceError("NOT_FOUND", `There is no ${nameBot(botId, "within")}`);
      if (result === "already_ending") return;
      const to = result === "cancelled" ? "CANCELLED" : "LEAVING";
      tellDecision(log, "stop_ordered", { bot: botId, why: "somebody had it stopped", to });
    },

    async getCapacityStats() {
      const states = new Map((await readStates()).map((state) => [state.platform, state]));
      return plan.platforms.map(({ platform, limit, queueTimeoutMs }) => {
        const state = states.get(platform);
        const inForce = state === undefined || state.position === null ? limit : state.limit;
        return {
          platform,
          used: state?.used ?? 0,
          limit: inForce,
          queueTimeout: queueTimeoutMs,
          isHealthy: state?.healthy ?? false,
        };
      });
    },

    async getQueuedBots(page) {
      const [rows, states, nowMs] = await Promise.all([
        readQueuePage(sql, page ?? { limit: null }),
        readStates(),
        readNowMs(sql),
      ]);
      const byPlatform = new Map<DeploymentPlatform, PlatformState>(states.map((state) => [state.platform, state]));
      const waits = await tellWaits(rows);
      return rows.map((row, n) => ({
        ...(waits[n] ?? { estimate: null, noEstimate: "no_history" }),
        ...tellReason(row, byPlatform, nowMs),
        id: row.id,
        botId: row.botId,
        botName: row.botName,
        platform: row.meetingPlatform,
        queuedAt: row.queuedAt,
        timeoutAt: row.timeoutAt,
        position: row.position,
        priority: row.priority,
        waitingFor: row.stage,
        nextStage: nextStage(row, byPlatform),
        nextStageAt: row.stageEndsAtMs === null ? null : new Date(row.stageEndsAtMs),
        waitedMs: Math.max(0, nowMs - row.queuedAt.getTime()),
        timeLeftMs: Math.max(0, row.timeoutAtMs - nowMs),
      }));
    },

    async processQueue() {
      const [row] = await sql<{ id: string }[]>`SELECT pg_current_xact_id()::text AS id`;
      if (row === undefined) throw new Error("A transaction has no number");
      const passed = waiter.waitForPass(row.id, ANSWER_WITHIN_MS);
      await askForPasses(sql);
      if (!(await passed)) {
        throw new ServiceError(
          "UNAVAILABLE",
          "No dispatcher came to the end of the queue within 5 s: none runs, or very many bots are due at once",
        );
      }
    },

    close: () => waiter.close(),
  };
}

async function toResult(sql: Sql, tellWaits: WaitTeller, decision: Decision | null): Promise<HybridDeployResult> {
  if (decision === null) return { success: true, queued: true };
  const { botId, status, platform, platformIdentifier, phase } = decision;
  if (phase === "STARTING" || phase === "RUNNING") {
    return { success: true, platform: platform ?? undefined, platformIdentifier: platformIdentifier ?? undefined };
  }
  if (status === "FATAL" || status === "CANCELLED") return { success: false };
  if (status === "QUEUED") {
    const place = await readQueuePlace(sql, botId);
    if (place === null) return { success: true, queued: true };
    const [wait] = await tellWaits([place]);
    return { success: true, queued: true, queuePosition: place.position, estimatedWaitMs: wait?.estimate?.ms };
  }
  // Being launched when the patience ran out: its slot is held, and its own deadlines go on.
  if (status === "DEPLOYING") return { success: true, queued: true, platform: platform ?? undefined };
  const bot = await readBot(sql, botId);
  return {
    success: true,
    platform: bot?.deploymentPlatform ?? undefined,
    platformIdentifier: bot?.platformIdentifier ?? undefined,
  };
}
