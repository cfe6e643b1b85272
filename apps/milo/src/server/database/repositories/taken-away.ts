import type { BotEvent } from "@milo/bot-contract";
import type { ReplacePolicy } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import type { BotFate } from "./finish-bot.ts";
import type { LockedAttempt, LockedBot } from "./lock-attempt.ts";
import { considerReplacement, loseClaimed } from "./lose-claimed.ts";

/** The code with which a bot says that it leaves because its platform has told it to end (docs/bot-contract.md). */
const TERMINATED = "TERMINATED";

/** It leaves though nobody here has told it to: it says that its platform did, or its platform has said so. */
export async function isTakenAway(
  tx: Queryable,
  bot: LockedBot,
  deploymentId: number,
  event: Pick<BotEvent, "status" | "code">,
): Promise<boolean> {
  if (event.status !== "LEAVING" || bot.status === "LEAVING") return false;
  const [row] = await tx<{ toldToLeave: boolean; reclaimed: boolean }[]>`
    SELECT leave_by IS NOT NULL AS "toldToLeave", reclaim_noticed_at IS NOT NULL AS reclaimed
    FROM deployments WHERE id = ${deploymentId}`;
  return row?.toldToLeave === false && (event.code === TERMINATED || row.reclaimed);
}

/**
 * Its container is still there, and in the call until it has left: the replacement waits for its end. Answers null when
 * it is not to be replaced, and then has changed nothing.
 */
export async function replaceTaken(
  tx: Queryable,
  locked: LockedAttempt,
  policy: ReplacePolicy,
): Promise<BotFate | null> {
  const { deploymentId } = locked.attempt;
  const considered = await considerReplacement(tx, locked, { deploymentId, infrastructure: true }, policy);
  if (considered?.why !== null) return null;
  const reason = "Its platform took its container away (SIGTERM)";
  return loseClaimed(tx, locked, { deploymentId, infrastructure: true, reason, holdsBot: true }, policy);
}
