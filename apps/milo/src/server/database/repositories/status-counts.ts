import { BOT_STATUSES, type BotStatus, FINAL_BOT_STATUSES, isFinalBotStatus } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type StatusCount = { status: BotStatus; count: number };

const LIVE_STATUSES = BOT_STATUSES.filter((status) => !isFinalBotStatus(status));

/** Bots that are not final, and those that ended in the last 24 hours, by status; none is 0. */
export async function countStatuses(sql: Sql): Promise<{ live: StatusCount[]; ended24h: StatusCount[] }> {
  const rows = await sql<StatusCount[]>`
    SELECT s.status, (SELECT count(*)::int FROM bots b WHERE b.status = s.status) AS count
    FROM unnest(${LIVE_STATUSES}::text[]) AS s(status)
    UNION ALL
    SELECT s.status, (SELECT count(*)::int FROM bots b WHERE b.status = s.status AND b.finished_at IS NOT NULL
      AND b.finished_at > milo_now() - interval '24 hours')
    FROM unnest(${[...FINAL_BOT_STATUSES]}::text[]) AS s(status)`;
  const counts = new Map(rows.map((row) => [row.status, row.count]));
  const of = (statuses: readonly BotStatus[]) => statuses.map((status) => ({ status, count: counts.get(status) ?? 0 }));
  return { live: of(LIVE_STATUSES), ended24h: of(FINAL_BOT_STATUSES) };
}
