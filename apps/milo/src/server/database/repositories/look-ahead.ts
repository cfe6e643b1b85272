import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** What there is to do, as one statement sees it. What a later moment adds is for the next look. */
export type LookAhead = {
  /** What this look could see; a bot visible in it that still waits after a full pass was decided to wait. */
  snapshot: string;
  /** The waiting entries that may not outlive their first pass. */
  firstPass: number[];
  /** Platforms that somebody waits for and that have room. */
  wanted: DeploymentPlatform[];
  /** Waiting entries are past their deadline. */
  expired: boolean;
  /** The stage, bar or back-off of waiting entries is over. */
  recheck: boolean;
  /** Attempts are past a deadline of their own. */
  attemptsDue: boolean;
  /** Launches whose holder's lease has run out. */
  leasesDue: boolean;
  /** Attempts are to be stopped that nobody is at. */
  stopping: boolean;
  /** A bot came so lately that a caller may wait to hear of a pass. */
  fresh: boolean;
  /** Until anything is due by time alone, in milliseconds: 0 or less = now, null = nothing is. */
  nextDeadlineMs: number | null;
};

/** A caller waits 5 s for an answer; what else there is covers entries that were long in committing. */
const FRESH_S = 15;

/**
 * One statement in place of one per question: most passes find that little of it is to be done. The time for a claim
 * runs only while milo can hear one: when it will be over is not known before the next stamp of a web replica.
 */
export async function lookAhead(sql: Sql): Promise<LookAhead> {
  const [row] = await sql<LookAhead[]>`
    WITH now AS MATERIALIZED (SELECT milo_now() AS at, milo_heard_until() AS heard),
    drained AS MATERIALIZED (
      SELECT coalesce(array_agg(platform), '{}') AS platforms FROM platforms WHERE mode = 'drain'
    ), entries AS MATERIALIZED (
      SELECT (SELECT min(timeout_at) FROM deployment_queue WHERE status = 'WAITING') AS timeout_at,
        (SELECT min(recheck_at) FROM deployment_queue WHERE status = 'WAITING' AND recheck_at IS NOT NULL) AS recheck_at
    ), attempts AS MATERIALIZED (
      SELECT min(CASE WHEN phase = 'STOPPING' THEN NULL WHEN phase = 'RUNNING' THEN coalesce(leave_by,
            CASE WHEN platform = ANY(drained.platforms) THEN now.at ELSE run_until END)
          WHEN start_by > now.heard THEN CASE WHEN start_by > now.at THEN start_by END
          ELSE (SELECT CASE WHEN c.due <= now.heard OR c.due > now.at THEN c.due END
            FROM (SELECT start_by + milo_unheard(reserved_at, now.heard) AS due) c) END) AS deadline,
        min(lease_until) FILTER (WHERE phase IN ('RESERVED', 'LAUNCHING', 'RUNNING') AND lease_owner IS NOT NULL) AS lease_until,
        min(CASE WHEN lease_owner IS NULL THEN stopping_at ELSE lease_until END) FILTER (WHERE phase = 'STOPPING') AS stop_at
      FROM deployments, now, drained WHERE phase <> 'ENDED'
    )
    SELECT pg_current_snapshot()::text AS snapshot,
      ARRAY(SELECT id FROM deployment_queue WHERE status = 'WAITING' AND first_pass_only) AS "firstPass",
      array_remove(ARRAY[
        CASE WHEN EXISTS (SELECT 1 FROM deployment_queue WHERE status = 'WAITING' AND 'k8s' = ANY(open_to))
          THEN (SELECT p.platform FROM platforms p WHERE p.platform = 'k8s' AND milo_has_room(p, now.at)) END,
        CASE WHEN EXISTS (SELECT 1 FROM deployment_queue WHERE status = 'WAITING' AND 'aws' = ANY(open_to))
          THEN (SELECT p.platform FROM platforms p WHERE p.platform = 'aws' AND milo_has_room(p, now.at)) END,
        CASE WHEN EXISTS (SELECT 1 FROM deployment_queue WHERE status = 'WAITING' AND 'coolify' = ANY(open_to))
          THEN (SELECT p.platform FROM platforms p WHERE p.platform = 'coolify' AND milo_has_room(p, now.at)) END
      ], NULL) AS wanted,
      coalesce(e.timeout_at <= now.at, false) AS expired, coalesce(e.recheck_at <= now.at, false) AS recheck,
      coalesce(a.deadline <= now.at, false) AS "attemptsDue", coalesce(a.lease_until <= now.at, false) AS "leasesDue",
      coalesce(a.stop_at <= now.at, false) AS stopping,
      coalesce((SELECT created_at FROM bots ORDER BY id DESC LIMIT 1)
        > now.at - make_interval(secs => ${FRESH_S}), false) AS fresh,
      (extract(epoch FROM least(e.timeout_at, e.recheck_at, a.deadline,
        (SELECT min(admit_not_before) FROM platforms WHERE admit_not_before > now.at)) - now.at) * 1000)::float8
        AS "nextDeadlineMs"
    FROM now, entries e, attempts a`;
  if (row === undefined) throw new Error("The look ahead answered no row");
  return row;
}
