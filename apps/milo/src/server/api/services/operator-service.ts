import { DEFAULT_REPLACE_POLICY, nameBot, type ReplacePolicy } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import { confirmGoneByOperator, type Refused, replaceAnyway } from "#server/database/repositories/operator-word.ts";
import { withRetry } from "#server/database/retry.ts";
import { tellDecision, tellFate } from "#server/logging/decisions.ts";
import type { Times } from "../../../config/times.ts";
import { ServiceError } from "./errors.ts";

/** `botId` is null for a workload of ours that no attempt owned. `replaced`: its bot waits for another container. */
export type ConfirmedGone = { deploymentId: number; botId: number | null; replaced: boolean };
/** `deploymentId` is the attempt that is not waited for any more; `warning` is to be shown to whoever ordered it. */
export type ReplacedAnyway = { botId: number; deploymentId: number; warning: string };

/** What an operator knows and milo cannot: each word is kept with its reason in the bot's and the platform's story. */
export type OperatorService = {
  /**
   * A container is gone, though its platform does not say so: its slot is free. Throws NOT_FOUND, and CONFLICT with why
   * when it has ended, has not claimed, or was heard a short while ago.
   */
  confirmGone(word: { deploymentId: number; reason: string }): Promise<ConfirmedGone>;
  /**
   * A bot that cannot be reached gets another container, though the old one may still be in the call. Throws NOT_FOUND,
   * and CONFLICT with why when it was heard a short while ago or may not be replaced.
   */
  replaceAnyway(order: { botId: number; reason: string }): Promise<ReplacedAnyway>;
};

export function createOperatorService(deps: {
  sql: Sql;
  times: Times;
  replacePolicy?: ReplacePolicy;
  log: Logger;
}): OperatorService {
  const { sql, times, log, replacePolicy: policy = DEFAULT_REPLACE_POLICY } = deps;
  const staleMs = times.heartbeatStaleMs;
  return {
    async confirmGone({ deploymentId, reason }) {
      const done = await withRetry(() => confirmGoneByOperator(sql, { deploymentId, reason, staleMs, policy }));
      if (done.kind !== "confirmed") throw refusal(done, `deployment ${deploymentId}`, "It cannot be confirmed gone");
      const { platform, launchKey, botId: bot } = done;
      tellDecision(log, "operator_word", { platform, launchKey, bot, why: `its container is gone: ${reason}` });
      if (done.fate !== null) tellFate(log, done.fate, { platform, launchKey });
      return { deploymentId: done.deploymentId, botId: done.botId, replaced: done.fate?.to === "QUEUED" };
    },
    async replaceAnyway({ botId, reason }) {
      const done = await withRetry(() => replaceAnyway(sql, { botId, reason, staleMs }));
      if (done.kind !== "replaced") throw refusal(done, nameBot(botId, "within"), "It is not replaced");
      const { platform, launchKey } = done;
      const why = `it gets another container, whatever became of this one: ${reason}`;
      tellDecision(log, "operator_word", { platform, launchKey, why });
      if (done.fate !== null) tellFate(log, done.fate, { platform, launchKey });
      const warning = `Two containers of ${nameBot(botId, "within")} may be in the call until the old one (deployment ${done.deploymentId}) is known to be gone`;
      return { botId, deploymentId: done.deploymentId, warning };
    },
  };
}

function refusal(refused: Refused, what: string, sentence: string): ServiceError {
  if (refused.kind === "not_found") return new ServiceError("NOT_FOUND", `There is no ${what}`);
  return new ServiceError("CONFLICT", `${sentence}: ${refused.why}`);
}
