import { BOT_STATUSES, type BotStatus, FINAL_BOT_STATUSES, isFinalBotStatus } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type StatusCount = { status: BotStatus; count: number };

const LIVE_STATUSES = BOT_STATUSES.filter((status) => !isFinalBotStatus(status));

/**
 * Bots that are not final, and those that ended in the last 24 hours, by status; none is 0. Each status is counted by
 * itself and written out: only so does the planner know that it is rare among a history of DONE, and nothing is compared
 * but by the index.
 */
export async function countStatuses(sql: Sql): Promise<{ live: StatusCount[]; ended24h: StatusCount[] }> {
  const live = LIVE_STATUSES.map((status) => `(SELECT count(*) FROM bots WHERE status = '${status}')`);
  const ended = FINAL_BOT_STATUSES.map(
    (status) => `(SELECT count(*) FROM bots WHERE status = '${status}' AND finished_at IS NOT NULL
      AND finished_at > milo_now() - interval '24 hours')`,
  );
  const [row] = await sql<{ counts: number[] }[]>`
    SELECT ARRAY[${sql.unsafe([...live, ...ended].join(", "))}]::int[] AS counts`;
  const of = (statuses: readonly BotStatus[], from: number) =>
    statuses.map((status, at) => ({ status, count: row?.counts[from + at] ?? 0 }));
  return { live: of(LIVE_STATUSES, 0), ended24h: of(FINAL_BOT_STATUSES, LIVE_STATUSES.length) };
}
