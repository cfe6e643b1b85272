import { BOT_STATUSES, type BotStatus, FINAL_BOT_STATUSES, isFinalBotStatus } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type StatusCount = { status: BotStatus; count: number };

const LIVE_STATUSES = BOT_STATUSES.filter((status) => !isFinalBotStatus(status));
/** Nearly all that live wait when many do. */
const MOST_OF_LIVE: BotStatus = "QUEUED";
const REST_OF_LIVE: readonly BotStatus[] = LIVE_STATUSES.filter((status) => status !== MOST_OF_LIVE);

/**
 * Bots that are not final, and those that ended in the last 24 hours, by status; none is 0. Each status is counted by
 * itself and written out: only so does the planner know that it is rare among a history of DONE, and nothing is compared
 * but by the index. Those that wait are what the others leave of all that live, which have an index of their own with
 * little in its entries: their own part of the list's index takes nearly twice as long to count.
 */
export async function countStatuses(sql: Sql): Promise<{ live: StatusCount[]; ended24h: StatusCount[] }> {
  const finals = FINAL_BOT_STATUSES.map((status) => `'${status}'`).join(", ");
  const rest = REST_OF_LIVE.map((status) => `(SELECT count(*) FROM bots WHERE status = '${status}')`);
  const ended = FINAL_BOT_STATUSES.map(
    (status) => `(SELECT count(*) FROM bots WHERE status = '${status}' AND finished_at IS NOT NULL
      AND finished_at > milo_now() - interval '24 hours')`,
  );
  const [row] = await sql<{ live: number; rest: number[]; ended: number[] }[]>`
    SELECT (SELECT count(*)::int FROM bots WHERE status NOT IN (${sql.unsafe(finals)})) AS live,
      ARRAY[${sql.unsafe(rest.join(", "))}]::int[] AS rest, ARRAY[${sql.unsafe(ended.join(", "))}]::int[] AS ended`;
  if (row === undefined) throw new Error("The count of statuses answered no row");
  const most = row.rest.reduce((left, count) => left - count, row.live);
  return {
    live: LIVE_STATUSES.map((status) => ({
      status,
      count: status === MOST_OF_LIVE ? most : (row.rest[REST_OF_LIVE.indexOf(status)] ?? 0),
    })),
    ended24h: FINAL_BOT_STATUSES.map((status, at) => ({ status, count: row.ended[at] ?? 0 })),
  };
}
