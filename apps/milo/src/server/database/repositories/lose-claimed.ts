import {
  type DeploymentOutcome,
  type DeploymentPlatform,
  decideReplacement,
  type FailureClass,
  PLATFORM_LABELS,
  type ReplacePolicy,
} from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import { endClaimed } from "./end-deployment.ts";
import { type BotFate, finishBot, moveBot } from "./finish-bot.ts";
import type { LockedAttempt } from "./lock-attempt.ts";
import { replaceBot } from "./replace-bot.ts";
import { appendEvents } from "./save-entries.ts";
import { epochMs, readNowMs } from "./time-columns.ts";

/** Who decides: the installation's policy, an operator who orders it, or nobody. */
type Decider = ReplacePolicy | "operator" | null;

/** How a claimed attempt came to its end without a final report. */
export type Loss = {
  deploymentId: number;
  /** The platform took it; false = the bot's own fault. */
  infrastructure: boolean;
  reason: string;
  /** Its container may still run: the replacement is offered to no platform before it is gone. */
  holdsBot: boolean;
};

/**
 * Decides, for an attempt whose entry and bot the caller holds, whether its bot would be replaced. `why` it is not, in
 * words; null when the attempt is not claimed (any more).
 */
export async function considerReplacement(
  tx: Queryable,
  { bot, attempt, entry }: LockedAttempt,
  loss: Pick<Loss, "deploymentId" | "infrastructure">,
  policy: Decider,
): Promise<{ why: string | null; meetingEndsByMs: number | null } | null> {
  const [row] = await tx<{ meetingEndsByMs: number | null; replacements: number }[]>`
    SELECT ${epochMs(tx, "coalesce(b.meeting_ends_by, d.run_until)")} AS "meetingEndsByMs", b.replacements
    FROM deployments d JOIN bots b ON b.id = d.bot_id WHERE d.id = ${loss.deploymentId} AND d.phase = 'RUNNING'`;
  if (row === undefined || attempt.botId !== bot.id) return null;
  if (policy === null) return { ...row, why: "nothing proves that its container has ended" };
  if (entry === null) return { ...row, why: "it came from before milo kept a plan for it" };
  const nowMs = await readNowMs(tx);
  const lost = { ...bot, ...row, infrastructure: loss.infrastructure, nowMs };
  // What bounds and policy guard against is the operator's to weigh.
  const decision =
    policy === "operator" ? decideReplacement({ ...lost, replacements: 0 }, "any") : decideReplacement(lost, policy);
  return { ...row, why: decision.replace ? null : decision.why };
}

/**
 * Ends a claimed attempt whose container is lost, and in the same transaction what becomes of its bot: by policy it goes
 * back to the queue, else it is final; without a policy it is final. The caller holds entry and bot, in that order. Answers
 * what became of the bot; null when the attempt was not RUNNING.
 */
export async function loseClaimed(
  tx: Queryable,
  locked: LockedAttempt,
  loss: Loss,
  policy: Decider,
): Promise<BotFate | null> {
  const considered = await considerReplacement(tx, locked, loss, policy);
  if (considered === null) return null;
  const { outcome, failureClass, code } = named(loss.infrastructure);
  if (!(await endClaimed(tx, loss.deploymentId, { outcome, failureClass, reason: loss.reason }))) return null;
  const { bot, attempt } = locked;
  if (considered.why === null && considered.meetingEndsByMs !== null) {
    await tellLoss(tx, bot.id, attempt, { deploymentId: loss.deploymentId, code, reason: loss.reason });
    const meetingEndsByMs = considered.meetingEndsByMs;
    return replaceBot(tx, { ...locked, loss, meetingEndsByMs, isUnproven: policy === "operator" });
  }
  return endBot(tx, locked, loss, code, considered.why);
}

/** No replacement: the bot is final, with why. */
async function endBot(
  tx: Queryable,
  locked: LockedAttempt,
  loss: Loss,
  code: string,
  why: string | null,
): Promise<BotFate | null> {
  const told = { deploymentId: loss.deploymentId };
  const { id, status } = locked.bot;
  if (status === "LEAVING") {
    const left = { code: "CONTAINER_ENDED", reason: loss.reason };
    await moveBot(tx, id, { ...left, status: "CALL_ENDED" }, told);
    return finishBot(tx, id, { ...left, status: "DONE" }, told);
  }
  const reason = loss.infrastructure && why !== null ? `${loss.reason}. It is not replaced: ${why}` : loss.reason;
  return finishBot(tx, id, { status: "FATAL", code, reason }, told);
}

async function tellLoss(
  tx: Queryable,
  botId: number,
  attempt: { platform: DeploymentPlatform; attempt: number },
  { deploymentId, code, reason }: { deploymentId: number; code: string; reason: string },
): Promise<void> {
  const message = `${PLATFORM_LABELS[attempt.platform]}, attempt ${attempt.attempt}: ${reason}`;
  await appendEvents(tx, [{ botId, deploymentId, code, message }]);
}

function named(infrastructure: boolean): { outcome: DeploymentOutcome; failureClass: FailureClass; code: string } {
  return infrastructure
    ? { outcome: "lost", failureClass: "lost", code: "CONTAINER_LOST" }
    : { outcome: "failed", failureClass: "bot", code: "CONTAINER_ENDED" };
}
