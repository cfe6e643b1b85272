import type { LaunchFailureClass } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { confirmGone, endClaimed } from "./end-deployment.ts";
import { finishBot, moveBot } from "./finish-bot.ts";
import { giveUpAttempt } from "./give-up-attempt.ts";
import { lockAttempt } from "./lock-attempt.ts";

/** What the platform (or two listings without it, and silence) told about an attempt's end. */
export type ObservedEnd = {
  deploymentId: number;
  reason: string;
  exitCode: number | null;
  infrastructure: boolean;
  /** Why it never started, when the platform says so. */
  startFailure?: { class: Exclude<LaunchFailureClass, "unknown">; reason: string };
};

/**
 * Ends an attempt whose workload is gone, whatever phase it is in: frees the slot, and ends or requeues its bot.
 * A container that ended before its claim is a failed launch.
 */
export async function endObserved(sql: Sql, end: ObservedEnd, random: number): Promise<void> {
  const startFailure = end.startFailure ?? {
    class: "transient" as const,
    reason: `It ended before its claim: ${end.reason}`,
  };
  const gaveUp = await giveUpAttempt(sql, {
    deploymentId: end.deploymentId,
    fence: null,
    ...startFailure,
    nothingExists: false,
    random,
  });
  if (!gaveUp) await endClaimedBot(sql, end);
  await confirmGone(sql, end.deploymentId);
}

/** A claimed bot whose container is gone without a final report. */
function endClaimedBot(sql: Sql, end: ObservedEnd): Promise<void> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, end.deploymentId);
    if (locked === null) return;
    const failureClass = end.infrastructure ? "lost" : "bot";
    const exit = end.exitCode === null ? "" : ` (exit code ${end.exitCode})`;
    const reason = storableText(`Its container ended without a final report${exit}: ${end.reason}`);
    const outcome = end.infrastructure ? "lost" : "failed";
    const ended = await endClaimed(tx, end.deploymentId, { gone: true, outcome, failureClass, reason });
    if (!ended) return;
    if (locked.bot.status === "LEAVING") {
      await moveBot(tx, locked.bot.id, { status: "CALL_ENDED", code: "CONTAINER_ENDED", reason }, end.deploymentId);
      return finishBot(tx, locked.bot.id, { status: "DONE", code: "CONTAINER_ENDED", reason }, end.deploymentId);
    }
    const code = end.infrastructure ? "CONTAINER_LOST" : "CONTAINER_ENDED";
    return finishBot(tx, locked.bot.id, { status: "FATAL", code, reason }, end.deploymentId);
  });
}
