import type { BotStatus, BreakerState, DeploymentPlatform, PlatformMode } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** One platform as the metrics tell of it. */
export type PlatformNumbers = {
  platform: DeploymentPlatform;
  used: number;
  limit: number;
  mode: PlatformMode;
  breaker: BreakerState;
  /** It has just refused for lack of capacity. */
  backsOff: boolean;
  healthy: boolean;
  massStop: boolean;
  /** Launches of which it is not known whether they exist. */
  unknown: number;
  stopsOverdue: number;
  unreachable: number;
};

/** A launch without an answer is unknown after this: an answer usually takes well below a second. */
const UNANSWERED_S = 5;

/** Every platform, counted from what occupies it: history is not read. */
export function readPlatformNumbers(sql: Sql, healthFreshMs: number): Promise<PlatformNumbers[]> {
  return sql<PlatformNumbers[]>`
    SELECT p.platform, p.bot_limit AS limit, p.mode, p.breaker_state AS breaker,
      coalesce(p.admit_not_before > milo_now(), false) AS "backsOff",
      coalesce(c.healthy AND p.breaker_state IN ('closed', 'ramping')
        AND c.checked_at > milo_now() - make_interval(secs => ${healthFreshMs / 1000}::float8), false) AS healthy,
      c.mass_stop_since IS NOT NULL AS "massStop", coalesce(o.used, 0) AS used, coalesce(o.unknown, 0) AS unknown,
      coalesce(o.overdue, 0) AS "stopsOverdue", coalesce(o.unreachable, 0) AS unreachable
    FROM platforms p JOIN platform_checks c ON c.platform = p.platform LEFT JOIN (
      SELECT platform, count(*)::int AS used,
        (count(*) FILTER (WHERE (phase = 'STOPPING' AND failure_class = 'unknown') OR (phase = 'LAUNCHING'
          AND accepted_at IS NULL AND first_sent_at < milo_now() - make_interval(secs => ${UNANSWERED_S}::float8))))::int
          AS unknown,
        (count(*) FILTER (WHERE stop_overdue_since IS NOT NULL))::int AS overdue,
        (count(*) FILTER (WHERE phase = 'RUNNING' AND unreachable_since IS NOT NULL))::int AS unreachable
      FROM deployments WHERE phase <> 'ENDED' GROUP BY platform) o ON o.platform = p.platform`;
}

export type WaitingNumbers = {
  openTo: DeploymentPlatform[];
  backsOff: boolean;
  hasContainer: boolean;
  waiting: number;
  oldestWaitSeconds: number;
};

/** What waits, in groups that wait in the same way: as many as there are ways, not bots. */
export function readWaitingNumbers(sql: Sql): Promise<WaitingNumbers[]> {
  return sql<WaitingNumbers[]>`
    WITH holding AS MATERIALIZED (
      SELECT bot_id FROM deployments WHERE phase = 'STOPPING' AND holds_bot AND bot_id IS NOT NULL
    ), now AS MATERIALIZED (SELECT milo_now() AS at)
    SELECT q.open_to AS "openTo", coalesce(q.not_before > now.at, false) AS "backsOff",
      h.bot_id IS NOT NULL AS "hasContainer", count(*)::int AS waiting,
      greatest(0, date_part('epoch', max(now.at - q.queued_at))) AS "oldestWaitSeconds"
    FROM now, deployment_queue q LEFT JOIN holding h ON h.bot_id = q.bot_id
    WHERE q.status = 'WAITING' GROUP BY 1, 2, 3`;
}

/** Bots that became final within the last five minutes. */
export function readFinishedNumbers(sql: Sql): Promise<{ outcome: BotStatus; bots: number }[]> {
  return sql<{ outcome: BotStatus; bots: number }[]>`
    SELECT status AS outcome, count(*)::int AS bots FROM bots
    WHERE status IN ('DONE', 'FATAL', 'CANCELLED') AND finished_at IS NOT NULL
      AND finished_at > milo_now() - interval '5 minutes' GROUP BY status`;
}

export type DatabaseNumbers = { lockWaitSeconds: number; xminAge: number; dispatchers: number };

/**
 * What the server itself tells. The snapshots of other roles' backends are hidden from a role without
 * pg_read_all_stats: milo's own, replication slots and prepared transactions are seen by every role.
 */
export async function readDatabaseNumbers(sql: Sql, freshMs: number): Promise<DatabaseNumbers> {
  const [row] = await sql<DatabaseNumbers[]>`
    SELECT coalesce((SELECT greatest(0, date_part('epoch', max(clock_timestamp() - waitstart))) FROM pg_locks
        WHERE NOT granted AND waitstart IS NOT NULL), 0) AS "lockWaitSeconds",
      greatest(0, (SELECT max(age(backend_xmin)) FROM pg_stat_activity WHERE backend_xmin IS NOT NULL),
        (SELECT max(greatest(age(xmin), age(catalog_xmin))) FROM pg_replication_slots),
        (SELECT max(age(transaction)) FROM pg_prepared_xacts))::int AS "xminAge",
      (SELECT count(*)::int FROM dispatchers
        WHERE heartbeat_at > milo_now() - make_interval(secs => ${freshMs / 1000}::float8)) AS dispatchers`;
  return row ?? { lockWaitSeconds: 0, xminAge: 0, dispatchers: 0 };
}

export type ConnectionNumbers = {
  process: string;
  activity: "active" | "idle" | "in_transaction";
  connections: number;
};

/** The connections of milo's processes to this database. */
export function readConnectionNumbers(sql: Sql): Promise<ConnectionNumbers[]> {
  return sql<ConnectionNumbers[]>`
    SELECT substring(application_name FROM 6) AS process,
      CASE WHEN state = 'active' THEN 'active' WHEN state = 'idle' THEN 'idle' ELSE 'in_transaction' END AS activity,
      count(*)::int AS connections
    FROM pg_stat_activity
    WHERE datname = current_database() AND application_name IN ('milo-web', 'milo-dispatcher') GROUP BY 1, 2`;
}
