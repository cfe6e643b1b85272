import type { LaunchFailureClass, ReplacePolicy } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import type { BotFate } from "./finish-bot.ts";
import { giveUpAttempt } from "./give-up-attempt.ts";
import { lockAttempt } from "./lock-attempt.ts";
import { loseClaimed } from "./lose-claimed.ts";

/** What the platform told about an attempt's end. */
export type ObservedEnd = {
  deploymentId: number;
  /** When the platform was asked: a heartbeat since then outranks it. */
  listedAtMs: number;
  reason: string;
  exitCode: number | null;
  infrastructure: boolean;
  /** Its process ended, but its container did not: docker started another one in it. */
  stillThere?: boolean;
  /** Why it never started, when the platform says so. */
  startFailure?: StartFailure;
};
type StartFailure = { class: Exclude<LaunchFailureClass, "unknown">; reason: string };

/**
 * Ends an attempt of which the platform says that its workload has ended: its bot is requeued or final now, its slot is
 * free when the platform has cleaned up. A container that ended before its claim is a failed launch,
 * and how it failed is the answer; null otherwise. After the claim `policy` says whether the bot is replaced. `onFate` hears
 * what became of the bot, unless nothing did.
 */
export async function endObserved(
  sql: Sql,
  end: ObservedEnd,
  by: { random: number; policy: ReplacePolicy; onFate?(fate: BotFate): void },
): Promise<StartFailure | null> {
  const startFailure: StartFailure = end.startFailure ?? {
    class: "transient",
    reason: `It ended before its claim: ${end.reason}`,
  };
  const gaveUp = await giveUpAttempt(sql, {
    deploymentId: end.deploymentId,
    fence: null,
    ...startFailure,
    nothingExists: false,
    random: by.random,
    onFate: by.onFate,
  });
  if (gaveUp) return startFailure;
  const fate = await endClaimedBot(sql, end, by.policy);
  if (fate !== null) by.onFate?.(fate);
  return null;
}

/** A claimed bot whose container is gone without a final report. */
function endClaimedBot(sql: Sql, end: ObservedEnd, policy: ReplacePolicy): Promise<BotFate | null> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, end.deploymentId);
    if (locked === null || (await hasSpokenSince(tx, end))) return null;
    const { deploymentId } = end;
    const exit = end.exitCode === null ? "" : ` (exit code ${end.exitCode})`;
    const reason = storableText(`Its container ended without a final report${exit}: ${end.reason}`);
    const infrastructure = end.infrastructure || (await wasBeingTaken(tx, deploymentId));
    return loseClaimed(tx, locked, { deploymentId, infrastructure, reason, holdsBot: end.stillThere === true }, policy);
  });
}

/** The platform had said that it takes the container away: what ended it, whatever its exit code says. */
async function wasBeingTaken(tx: Queryable, deploymentId: number): Promise<boolean> {
  const rows = await tx`SELECT 1 FROM deployments WHERE id = ${deploymentId} AND reclaim_noticed_at IS NOT NULL`;
  return rows.length > 0;
}

/** A claim or heartbeat that came after the look, or in the same moment: what was seen is older than what the bot itself says. */
export async function hasSpokenSince(
  tx: Queryable,
  end: Pick<ObservedEnd, "deploymentId" | "listedAtMs">,
): Promise<boolean> {
  const rows = await tx`
    SELECT 1 FROM heartbeats WHERE deployment_id = ${end.deploymentId} AND at >= to_timestamp(${end.listedAtMs}::float8 / 1000)`;
  return rows.length > 0;
}
