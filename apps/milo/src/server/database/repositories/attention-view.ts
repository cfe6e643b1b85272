import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { epochMs } from "./time-columns.ts";

/** An alarm over some bots of one platform; `botId` when it is about one alone. */
export type BotAlarm = {
  kind: "unreachable" | "stop_overdue";
  platform: DeploymentPlatform;
  count: number;
  sinceMs: number;
  botId: number | null;
};

export type ProcessFacts = {
  nowMs: number;
  dispatchers: number;
  /** When any dispatcher that is known last said that it lives; null = none is known. */
  dispatcherHeardMs: number | null;
  plans: number;
  /** When the last of the live ones started. */
  startedMs: number | null;
  /** When a web replica last said that it hears bots; null = none ever did. */
  webHeardMs: number | null;
  /** Bots whose wait is over soon. */
  expiring: number;
};

/** What is known of milo's own processes, and of waits that end before `expiringMs` have passed. */
export async function readProcessFacts(
  sql: Sql,
  asked: { dispatcherLiveMs: number; expiringMs: number },
): Promise<ProcessFacts> {
  const [row] = await sql<ProcessFacts[]>`
    WITH now AS MATERIALIZED (SELECT milo_now() AS at),
    live AS MATERIALIZED (
      SELECT plan, started_at FROM dispatchers, now
      WHERE heartbeat_at > now.at - make_interval(secs => ${asked.dispatcherLiveMs / 1000}::float8)
    )
    SELECT ${epochMs(sql, "now.at")} AS "nowMs", (SELECT count(*)::int FROM live) AS dispatchers,
      (SELECT ${epochMs(sql, "max(heartbeat_at)")} FROM dispatchers) AS "dispatcherHeardMs",
      (SELECT count(DISTINCT plan)::int FROM live) AS plans,
      (SELECT ${epochMs(sql, "max(started_at)")} FROM live) AS "startedMs",
      (SELECT ${epochMs(sql, "max(heard_at)")} FROM web_hearing) AS "webHeardMs",
      (SELECT count(*)::int FROM deployment_queue
        WHERE status = 'WAITING' AND timeout_at <= now.at + make_interval(secs => ${asked.expiringMs / 1000}::float8)) AS expiring
    FROM now`;
  if (row === undefined) throw new Error("The facts about milo's processes answered no row");
  return row;
}

/** Bots that cannot be reached and stops that do not take, among what holds a slot. */
export function readBotAlarms(sql: Sql): Promise<BotAlarm[]> {
  return sql<BotAlarm[]>`
    WITH alarms AS (
      SELECT platform, bot_id, CASE WHEN phase = 'RUNNING' THEN 'unreachable' ELSE 'stop_overdue' END AS kind,
        CASE WHEN phase = 'RUNNING' THEN unreachable_since ELSE stop_overdue_since END AS since
      FROM deployments
      WHERE phase <> 'ENDED' AND ((phase = 'RUNNING' AND unreachable_since IS NOT NULL)
        OR (phase = 'STOPPING' AND stop_overdue_since IS NOT NULL))
    )
    SELECT kind, platform, count(*)::int AS count, ${epochMs(sql, "min(since)")} AS "sinceMs",
      CASE WHEN count(*) = 1 THEN min(bot_id) END AS "botId"
    FROM alarms GROUP BY kind, platform`;
}

export type CheckRow = {
  platform: DeploymentPlatform;
  healthy: boolean;
  reason: string | null;
  checkedMs: number | null;
  /** Since when it has given this answer. */
  answerSinceMs: number | null;
};

/** The last check of each platform. */
export function readChecks(sql: Sql): Promise<CheckRow[]> {
  return sql<CheckRow[]>`
    SELECT platform, healthy, reason, ${epochMs(sql, "checked_at")} AS "checkedMs",
      ${epochMs(sql, "answer_since")} AS "answerSinceMs"
    FROM platform_checks`;
}
