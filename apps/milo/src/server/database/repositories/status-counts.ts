import { BOT_STATUSES, type BotStatus, FINAL_BOT_STATUSES, isFinalBotStatus } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type StatusCount = { status: BotStatus; count: number };

const LIVE_STATUSES = BOT_STATUSES.filter((status) => !isFinalBotStatus(status));

/**
 * Bots that are not final, and those that ended in the last 24 hours, by status; none is 0. The statuses are written out:
 * only so does the planner know that they are few among a history of DONE, and stays with the index.
 */
export async function countStatuses(sql: Sql): Promise<{ live: StatusCount[]; ended24h: StatusCount[] }> {
  const rows = await sql<StatusCount[]>`
    SELECT status, count(*)::int AS count FROM bots WHERE status IN ${inQuotes(sql, LIVE_STATUSES)} GROUP BY status
    UNION ALL
    SELECT status, count(*)::int FROM bots
    WHERE status IN ${inQuotes(sql, FINAL_BOT_STATUSES)} AND finished_at IS NOT NULL
      AND finished_at > milo_now() - interval '24 hours' GROUP BY status`;
  const counts = new Map(rows.map((row) => [row.status, row.count]));
  const of = (statuses: readonly BotStatus[]) => statuses.map((status) => ({ status, count: counts.get(status) ?? 0 }));
  return { live: of(LIVE_STATUSES), ended24h: of(FINAL_BOT_STATUSES) };
}

function inQuotes(sql: Sql, statuses: readonly BotStatus[]) {
  return sql.unsafe(`(${statuses.map((status) => `'${status}'`).join(", ")})`);
}
