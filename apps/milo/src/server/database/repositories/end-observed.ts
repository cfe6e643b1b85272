import type { LaunchFailureClass } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { endClaimed } from "./end-deployment.ts";
import { finishBot, moveBot } from "./finish-bot.ts";
import { giveUpAttempt } from "./give-up-attempt.ts";
import { lockAttempt } from "./lock-attempt.ts";

/** What the platform (or two listings without it, and silence) told about an attempt's end. */
export type ObservedEnd = {
  deploymentId: number;
  /** When the platform was asked: a heartbeat since then outranks it. */
  listedAtMs: number;
  reason: string;
  exitCode: number | null;
  infrastructure: boolean;
  /** Why it never started, when the platform says so. */
  startFailure?: StartFailure;
};
type StartFailure = { class: Exclude<LaunchFailureClass, "unknown">; reason: string };

/**
 * Ends an attempt of which the platform says that its workload has ended: its bot is requeued or final now, its slot is
 * free when the platform has cleaned up. A container that ended before its claim is a failed launch,
 * and how it failed is the answer; null otherwise.
 */
export async function endObserved(sql: Sql, end: ObservedEnd, random: number): Promise<StartFailure | null> {
  const startFailure: StartFailure = end.startFailure ?? {
    class: "transient",
    reason: `It ended before its claim: ${end.reason}`,
  };
  const gaveUp = await giveUpAttempt(sql, {
    deploymentId: end.deploymentId,
    fence: null,
    ...startFailure,
    nothingExists: false,
    random,
  });
  if (gaveUp) return startFailure;
  await endClaimedBot(sql, end);
  return null;
}

/** A claimed bot whose container is gone without a final report. */
function endClaimedBot(sql: Sql, end: ObservedEnd): Promise<void> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, end.deploymentId);
    if (locked === null || (await hasSpokenSince(tx, end))) return;
    const failureClass = end.infrastructure ? "lost" : "bot";
    const exit = end.exitCode === null ? "" : ` (exit code ${end.exitCode})`;
    const reason = storableText(`Its container ended without a final report${exit}: ${end.reason}`);
    const outcome = end.infrastructure ? "lost" : "failed";
    const ended = await endClaimed(tx, end.deploymentId, { outcome, failureClass, reason });
    if (!ended) return;
    const told = { deploymentId: end.deploymentId };
    if (locked.bot.status === "LEAVING") {
      await moveBot(tx, locked.bot.id, { status: "CALL_ENDED", code: "CONTAINER_ENDED", reason }, told);
      return finishBot(tx, locked.bot.id, { status: "DONE", code: "CONTAINER_ENDED", reason }, told);
    }
    const code = end.infrastructure ? "CONTAINER_LOST" : "CONTAINER_ENDED";
    return finishBot(tx, locked.bot.id, { status: "FATAL", code, reason }, told);
  });
}

/** A claim or heartbeat that came after the look: what was seen is older than what the bot itself says. */
async function hasSpokenSince(tx: Queryable, end: ObservedEnd): Promise<boolean> {
  const rows = await tx`
    SELECT 1 FROM heartbeats WHERE deployment_id = ${end.deploymentId} AND at > to_timestamp(${end.listedAtMs}::float8 / 1000)`;
  return rows.length > 0;
}
