import type { BotStatus, DeploymentPlatform } from "@milo/placement";
import type { Queryable, Sql } from "#server/database/client.ts";
import { type BotView, readBot } from "./bots-view.ts";
import { type AttemptView, attemptColumns } from "./deployment-columns.ts";
import type { EntryRow } from "./entry-state.ts";
import { entryColumns, epochMs, readNowMs } from "./time-columns.ts";

/** An event as it was recorded. `byBot`: the bot itself reported it. */
export type EventRow = {
  id: number;
  atMs: number;
  code: string;
  message: string;
  status: BotStatus | null;
  deploymentId: number | null;
  byBot: boolean;
};

export type TimelineAttempt = AttemptView & { lastHeartbeatAt: Date | null };
/** The entry by which a bot waits. */
export type TimelineEntryRow = EntryRow & { openTo: DeploymentPlatform[] };

export type TimelineRows = {
  bot: BotView;
  /** In the order they happened; the newest `EVENTS_MOST`. */
  events: EventRow[];
  /** Older events were left out. */
  truncated: boolean;
  attempts: TimelineAttempt[];
  /** Null when it does not wait. */
  waiting: TimelineEntryRow | null;
  nowMs: number;
};

/** A bot may report without end; what it did last is what is asked for. */
const EVENTS_MOST = 1_000;

/** Everything known of one bot, as of one moment; null when there is no such bot. */
export function readTimeline(sql: Sql, botId: number): Promise<TimelineRows | null> {
  return sql.begin("isolation level repeatable read read only", async (tx) => {
    const bot = await readBot(tx, botId);
    if (bot === null) return null;
    const newest = await readEvents(tx, botId);
    const attempts = await tx<TimelineAttempt[]>`
      SELECT ${attemptColumns(tx, { withLog: true })}, h.at AS "lastHeartbeatAt"
      FROM deployments d LEFT JOIN heartbeats h ON h.deployment_id = d.id WHERE d.bot_id = ${botId} ORDER BY d.attempt`;
    const [waiting] = await tx<TimelineEntryRow[]>`
      SELECT ${entryColumns(tx)}, q.open_to AS "openTo"
      FROM deployment_queue q WHERE q.bot_id = ${botId} AND q.status = 'WAITING'`;
    return {
      bot,
      events: newest.slice(0, EVENTS_MOST).reverse(),
      truncated: newest.length > EVENTS_MOST,
      attempts: [...attempts],
      waiting: waiting ?? null,
      nowMs: await readNowMs(tx),
    };
  });
}

function readEvents(tx: Queryable, botId: number): Promise<EventRow[]> {
  return tx<EventRow[]>`
    SELECT id::float8, ${epochMs(tx, "at")} AS "atMs", code, message, status, deployment_id AS "deploymentId",
      reported_id IS NOT NULL AS "byBot"
    FROM bot_events WHERE bot_id = ${botId} ORDER BY id DESC LIMIT ${EVENTS_MOST + 1}`;
}
