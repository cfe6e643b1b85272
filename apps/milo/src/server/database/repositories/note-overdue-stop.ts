import { formatDuration, PLATFORM_LABELS } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import type { Stopping } from "./leases.ts";
import { lockAttempt } from "./lock-attempt.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { appendEvents } from "./save-entries.ts";

/**
 * A stop that does not take, told once: in the story of the platform, and of the bot if there is one. Answers false when
 * it has been told, or has taken meanwhile.
 */
export function noteOverdueStop(sql: Sql, attempt: Stopping, reason: string): Promise<boolean> {
  return sql.begin(async (tx) => {
    await lockAttempt(tx, attempt.deploymentId);
    const [row] = await tx<{ botId: number | null }[]>`
      UPDATE deployments SET stop_overdue_since = milo_now()
      WHERE id = ${attempt.deploymentId} AND phase = 'STOPPING' AND stop_overdue_since IS NULL RETURNING bot_id AS "botId"`;
    if (row === undefined) return false;
    const what = `${attempt.launchKey} was told to stop ${formatDuration(attempt.stoppingForMs)} ago and still holds its slot: ${reason}`;
    const told = { code: "STOP_OVERDUE", message: `${PLATFORM_LABELS[attempt.platform]}: ${what}` };
    await appendPlatformEvent(tx, attempt.platform, told);
    const { deploymentId } = attempt;
    if (row.botId !== null) await appendEvents(tx, [{ botId: row.botId, deploymentId, ...told }]);
    return true;
  });
}
