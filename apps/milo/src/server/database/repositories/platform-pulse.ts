import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** All that is shown of a platform and may change without an event, as one text: another text, another picture. */
export type PlatformPulse = { platform: DeploymentPlatform; digest: string };

/** From when on something is told: the age of a check, of the last word of a dispatcher and of web replicas, a wait's end. */
export type PulseTimes = { healthFreshMs: number; dispatcherLiveMs: number; webUnheardMs: number; expiringMs: number };

/** Of more bots about to give up, the exact number is not worth a larger read each second. */
const EXPIRING_COUNTED = 1_000;

/**
 * What occupies each platform, by phase, and all that decides whether it takes bots: a slot that comes free, a launch that
 * is accepted and a probe that grows old leave no event. With it, what of milo's processes and of waits needs a person by
 * time alone. Reads only rows that occupy, and of waits the index of deadlines up to `EXPIRING_COUNTED`.
 */
export function readPlatformPulse(sql: Sql, times: PulseTimes): Promise<PlatformPulse[]> {
  const after = (ms: number) => sql`make_interval(secs => ${ms / 1000}::float8)`;
  return sql<PlatformPulse[]>`
    SELECT p.platform, concat_ws('|', o.phases, p.position, p.bot_limit, p.queue_timeout_ms, p.mode, p.mode_reason,
      p.breaker_state, p.breaker_since, p.breaker_reason, p.admit_not_before > milo_now(), c.healthy,
      c.checked_at > milo_now() - ${after(times.healthFreshMs)}, c.mass_stop_since,
      c.mass_stop_agreed_since, c.mass_stop_confirmed_until > milo_now(), needs.digest) AS digest
    FROM (
      SELECT concat_ws(' ', (
          SELECT concat_ws(' ', count(*), count(DISTINCT plan)) FROM dispatchers
          WHERE heartbeat_at > milo_now() - ${after(times.dispatcherLiveMs)}
        ), (SELECT max(heard_at) FROM web_hearing) > milo_now() - ${after(times.webUnheardMs)}, (
          SELECT count(*) FROM (
            SELECT FROM deployment_queue WHERE status = 'WAITING' AND timeout_at <= milo_now() + ${after(times.expiringMs)}
            LIMIT ${EXPIRING_COUNTED}) AS expiring
        )) AS digest
    ) AS needs CROSS JOIN platforms p JOIN platform_checks c ON c.platform = p.platform LEFT JOIN (
      SELECT platform, string_agg(concat_ws(' ', phase, count, ids), ',' ORDER BY phase) AS phases FROM (
        SELECT platform, phase, count(*), sum(id) AS ids FROM deployments WHERE phase <> 'ENDED' GROUP BY platform, phase
      ) AS counted GROUP BY platform) o ON o.platform = p.platform`;
}
