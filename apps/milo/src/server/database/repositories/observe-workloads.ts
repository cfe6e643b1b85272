import type { DeploymentPhase, DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { epochMs } from "./time-columns.ts";

/** What a listing is compared with: the attempts that hold a slot on the platform. */
export type WatchedDeployment = {
  deploymentId: number;
  launchKey: string;
  phase: DeploymentPhase;
  identifier: string | null;
  /** Since when the platform is known to have it; null = not known to. */
  acceptedAtMs: number | null;
  stoppingAtMs: number | null;
  absentListings: number;
  heartbeatAtMs: number | null;
  /** For how long there was no sign of life of a claimed one, of the time in which one could be heard; null = there is. */
  unreachableForMs: number | null;
  /** The platform has said that it takes it away. */
  reclaimNoticed: boolean;
  /**
   * Nothing can be heard of it: its bot has been silent for longer than a living one would be, or never spoke. One that has
   * reported its end says no more, and its container may take its time to go: it is silent no sooner than any other. A bot
   * that was carried over from before the bot contract cannot speak: its silence says nothing. An attempt that never spoke
   * counts once that long has passed since the platform took it, or since it was given up: a platform's lists lag behind
   * what it does. Time in which milo itself could not hear bots does not count.
   */
  silent: boolean;
};

export function readWatched(
  sql: Sql,
  platform: DeploymentPlatform,
  heartbeatStaleMs: number,
): Promise<WatchedDeployment[]> {
  const stale = sql`make_interval(secs => ${heartbeatStaleMs / 1000}::float8)`;
  // Outages only shorten it: of whom was heard lately none need be looked up.
  const isSilentSince = (columns: string) => {
    const since = sql.unsafe(columns);
    return sql`heard.until - ${since} >= ${stale} AND heard.until - ${since} - milo_unheard(${since}, heard.until) >= ${stale}`;
  };
  return sql<WatchedDeployment[]>`
    WITH heard AS MATERIALIZED (SELECT milo_heard_until() AS until)
    SELECT d.id AS "deploymentId", d.launch_key AS "launchKey", d.phase, d.platform_identifier AS identifier,
      ${epochMs(sql, "coalesce(d.accepted_at, d.claimed_at)")} AS "acceptedAtMs",
      ${epochMs(sql, "d.stopping_at")} AS "stoppingAtMs", d.absent_listings AS "absentListings",
      ${epochMs(sql, "h.at")} AS "heartbeatAtMs",
      CASE WHEN d.unreachable_since IS NOT NULL
        THEN (extract(epoch FROM milo_heard_since(d.unreachable_since)) * 1000)::float8 END AS "unreachableForMs",
      d.reclaim_noticed_at IS NOT NULL AS "reclaimNoticed",
      CASE WHEN d.phase = 'RUNNING' AND d.boot_id IS NULL THEN false
        WHEN d.boot_id IS NOT NULL THEN ${isSilentSince("coalesce(h.at, d.claimed_at)")}
        ELSE ${isSilentSince("greatest(h.at, coalesce(d.accepted_at, d.stopping_at, d.first_sent_at, d.claimed_at))")}
        END AS silent
    FROM heard CROSS JOIN deployments d LEFT JOIN heartbeats h ON h.deployment_id = d.id
    WHERE d.platform = ${platform} AND d.phase <> 'ENDED' AND d.phase <> 'RESERVED'
    ORDER BY d.id`;
}

/** The platform's own name, learned from a listing, for an attempt whose launcher never recorded it. */
export async function adoptIdentifier(sql: Sql, deploymentId: number, identifier: string): Promise<void> {
  await sql`
    UPDATE deployments SET platform_identifier = ${identifier}
    WHERE id = ${deploymentId} AND platform_identifier IS NULL AND phase <> 'ENDED'`;
}

/** Counts one more clean listing without it (or starts over when it was seen). Answers the count. */
export async function countAbsence(sql: Sql, deploymentId: number, seen: boolean): Promise<number> {
  const [row] = await sql<{ absentListings: number }[]>`
    UPDATE deployments SET absent_listings = CASE WHEN ${seen} THEN 0 ELSE absent_listings + 1 END,
      absent_since = CASE WHEN NOT ${seen} THEN coalesce(absent_since, milo_now()) END
    WHERE id = ${deploymentId} AND phase <> 'ENDED' RETURNING absent_listings AS "absentListings"`;
  return row?.absentListings ?? 0;
}
