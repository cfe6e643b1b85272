import type { BotStatus, DeploymentPhase, DeploymentPlatform, QueueStatus } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";
import type { EntryRow } from "./entry-state.ts";
import { entryColumns } from "./time-columns.ts";

export type LockedEntry = EntryRow & { status: QueueStatus };
export type LockedBot = { id: number; status: BotStatus; stopRequested: boolean };
export type AttemptRow = {
  deploymentId: number;
  botId: number | null;
  queueEntryId: number | null;
  platform: DeploymentPlatform;
  attempt: number;
  phase: DeploymentPhase;
};

export type LockedAttempt = { attempt: AttemptRow; entry: LockedEntry | null; bot: LockedBot };

/**
 * Locks what one attempt concerns in the one order that all of milo keeps (entry → bot), and reads it. The
 * deployment itself is left to the compare-and-set that follows. Null when the attempt has no bot.
 */
export async function lockAttempt(tx: Queryable, deploymentId: number): Promise<LockedAttempt | null> {
  const [attempt] = await tx<AttemptRow[]>`
    SELECT id AS "deploymentId", bot_id AS "botId", queue_entry_id AS "queueEntryId", platform, attempt, phase
    FROM deployments WHERE id = ${deploymentId}`;
  if (attempt === undefined || attempt.botId === null) return null;
  const [entry] = await tx<LockedEntry[]>`
    SELECT ${entryColumns(tx)}, q.status FROM deployment_queue q WHERE q.id = ${attempt.queueEntryId} FOR UPDATE`;
  const bot = await lockBot(tx, attempt.botId);
  return bot === null ? null : { attempt, entry: entry ?? null, bot };
}

export async function lockBot(tx: Queryable, botId: number): Promise<LockedBot | null> {
  const [bot] = await tx<LockedBot[]>`
    SELECT id, status, stop_requested_at IS NOT NULL AS "stopRequested" FROM bots WHERE id = ${botId} FOR UPDATE`;
  return bot ?? null;
}
