import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** All that is shown of a platform and may change without an event, as one text: another text, another picture. */
export type PlatformPulse = { platform: DeploymentPlatform; digest: string };

/**
 * What occupies each platform, by phase, and all that decides whether it takes bots: a slot that comes free, a launch that
 * is accepted, a probe that grows old and a dispatcher that died leave no event. Reads only rows that occupy.
 */
export function readPlatformPulse(
  sql: Sql,
  { healthFreshMs, dispatcherLeaseMs }: { healthFreshMs: number; dispatcherLeaseMs: number },
): Promise<PlatformPulse[]> {
  return sql<PlatformPulse[]>`
    SELECT p.platform, concat_ws('|', o.phases, p.position, p.bot_limit, p.queue_timeout_ms, p.mode, p.mode_reason,
      p.breaker_state, p.breaker_since, p.breaker_reason, p.admit_not_before > milo_now(), c.healthy,
      c.checked_at > milo_now() - make_interval(secs => ${healthFreshMs / 1000}::float8), c.mass_stop_since,
      c.mass_stop_agreed_since, c.mass_stop_confirmed_until > milo_now(), EXISTS (SELECT FROM dispatchers
        WHERE heartbeat_at > milo_now() - make_interval(secs => ${dispatcherLeaseMs / 1000}::float8))) AS digest
    FROM platforms p JOIN platform_checks c ON c.platform = p.platform LEFT JOIN (
      SELECT platform, string_agg(concat_ws(' ', phase, count, ids), ',' ORDER BY phase) AS phases FROM (
        SELECT platform, phase, count(*), sum(id) AS ids FROM deployments WHERE phase <> 'ENDED' GROUP BY platform, phase
      ) AS counted GROUP BY platform) o ON o.platform = p.platform`;
}
