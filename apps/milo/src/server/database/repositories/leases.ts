import type { DeploymentPlatform, MeetingPlatform } from "@milo/placement";
import type { RenderedRequest } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import type { Held } from "./launch-writes.ts";

/** Keeps the launches that a living dispatcher has under way its own. Answers those it still holds. */
export async function renewLeases(
  sql: Sql,
  request: { dispatcherId: string; leaseMs: number; deploymentIds: readonly number[] },
): Promise<number[]> {
  if (request.deploymentIds.length === 0) return [];
  const rows = await sql<{ id: number }[]>`
    UPDATE deployments SET lease_until = milo_now() + make_interval(secs => ${request.leaseMs / 1000}::float8)
    WHERE id = ANY(${[...request.deploymentIds]}::int[]) AND lease_owner = ${request.dispatcherId}
      AND phase IN ('RESERVED', 'LAUNCHING', 'RUNNING') AND lease_until > milo_now()
    RETURNING id`;
  return rows.map((row) => row.id);
}

/** Who takes, for how long, and on which platforms: only those it has an adapter for. */
export type Taker = {
  dispatcherId: string;
  leaseMs: number;
  platforms: Iterable<DeploymentPlatform>;
  /** Rows at once. */
  most: number;
};

export type TakenOver = {
  deploymentId: number;
  botId: number;
  platform: DeploymentPlatform;
  attempt: number;
  launchKey: string;
  fence: number;
  phase: "RESERVED" | "LAUNCHING" | "RUNNING";
  request: RenderedRequest | null;
  /** The workload's own name, when an earlier holder got as far as to record it. */
  identifier: string | null;
  meetingPlatform: MeetingPlatform;
  maxDurationMs: number | null;
};

/**
 * Takes over launches whose holder's lease has run out (or was handed over), bumping the fence first: whatever the
 * old holder still writes hits nothing. Own launches are never taken over from oneself while the lease lasts.
 */
export function takeOver(sql: Sql, taker: Taker): Promise<TakenOver[]> {
  return sql<TakenOver[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM deployments
      WHERE phase IN ('RESERVED', 'LAUNCHING', 'RUNNING') AND lease_owner IS NOT NULL
        AND lease_until <= milo_now()
        AND platform = ANY(${[...taker.platforms]}::text[])
      ORDER BY id LIMIT ${taker.most} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE deployments d SET fence = d.fence + 1, lease_owner = ${taker.dispatcherId},
        lease_until = milo_now() + make_interval(secs => ${taker.leaseMs / 1000}::float8)
      FROM due, bots b WHERE d.id = due.id AND b.id = d.bot_id
      RETURNING d.id AS "deploymentId", d.bot_id AS "botId", d.platform, d.attempt, d.launch_key AS "launchKey", d.fence,
        d.phase, d.request, d.platform_identifier AS identifier, b.meeting_platform AS "meetingPlatform",
        b.max_duration_ms AS "maxDurationMs"
    )
    SELECT * FROM taken ORDER BY "deploymentId"`;
}

/** Whether an attempt is still this holder's to send for: neither revoked nor taken over. */
export async function isHeld(sql: Sql, launch: Held): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM deployments WHERE id = ${launch.deploymentId} AND fence = ${launch.fence} AND phase <> 'STOPPING'`;
  return rows.length > 0;
}

/**
 * Ends the lease that a launcher still has on an attempt which was revoked under its hands: it sends nothing more, and
 * the attempt may be stopped. With `nothingExists` its slot is free at once: the holder's one send was refused for good.
 * That is believed of an attempt alone whose fence only that revoke has bumped, as nobody else can have sent it then.
 */
export async function endLease(
  sql: Sql,
  dispatcherId: string,
  launch: Held & { nothingExists: boolean },
): Promise<void> {
  const ended = sql`${launch.nothingExists} AND fence = ${launch.fence} + 1 AND boot_id IS NULL AND platform_identifier IS NULL`;
  const rows = await sql`
    UPDATE deployments SET lease_owner = NULL, lease_until = NULL,
      phase = CASE WHEN ${ended} THEN 'ENDED' ELSE phase END,
      ended_at = CASE WHEN ${ended} THEN milo_now() END,
      outcome = CASE WHEN ${ended} THEN coalesce(outcome, 'never_launched') ELSE outcome END
    WHERE id = ${launch.deploymentId} AND fence > ${launch.fence} AND phase = 'STOPPING' AND lease_owner = ${dispatcherId} RETURNING id`;
  if (rows.length > 0) await sql`SELECT pg_notify('milo_queue', '')`;
}

/**
 * Hands over what a stopping dispatcher holds: its leases end now, so that another takes them at its next turn. A stop whose
 * workload has no name yet is waited for as after a death: the create that was broken off may yet be on its way.
 */
export async function handOver(sql: Sql, dispatcherId: string): Promise<void> {
  await sql`
    UPDATE deployments SET lease_until = CASE WHEN phase = 'STOPPING' AND platform_identifier IS NOT NULL
      THEN '-infinity' ELSE milo_now() END
    WHERE lease_owner = ${dispatcherId} AND phase <> 'ENDED'`;
  await sql`SELECT pg_notify('milo_queue', '')`;
}

export type Stopping = {
  deploymentId: number;
  platform: DeploymentPlatform;
  launchKey: string;
  identifier: string | null;
  request: RenderedRequest | null;
  /** Since it was to be stopped. */
  stoppingForMs: number;
  /** The alarm that its stop does not take has been raised. */
  isOverdue: boolean;
};

/** Turns that the dispatcher which ordered a stop may miss before another takes it up: it knows what it ordered. */
const STOP_TURNS_MISSED = 4;

/**
 * Takes, for this dispatcher, attempts that are to be stopped and that nobody else is at: first those that were never
 * ordered, then those whose last order is longest ago, so that many which do not take keep none from its turn. An attempt
 * whose bot has reported its end is left `graceMs` to exit by itself, so that its end is seen rather than caused.
 */
export function takeStopping(sql: Sql, request: Taker & { graceMs: number }): Promise<Stopping[]> {
  return sql<Stopping[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM deployments
      WHERE phase = 'STOPPING' AND platform = ANY(${[...request.platforms]}::text[]) AND (lease_owner IS NULL OR lease_until <= milo_now()
          - CASE WHEN lease_owner = ${request.dispatcherId} THEN interval '0'
            ELSE make_interval(secs => ${(request.leaseMs * STOP_TURNS_MISSED) / 1000}::float8) END)
        AND (final_report IS NULL OR stopping_at + make_interval(secs => ${request.graceMs / 1000}::float8) <= milo_now())
      ORDER BY lease_until NULLS FIRST, stopping_at, id LIMIT ${request.most} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE deployments d SET lease_owner = ${request.dispatcherId},
        lease_until = milo_now() + make_interval(secs => ${request.leaseMs / 1000}::float8)
      FROM due WHERE d.id = due.id
      RETURNING d.id AS "deploymentId", d.platform, d.launch_key AS "launchKey", d.platform_identifier AS identifier,
        d.request, d.stop_overdue_since IS NOT NULL AS "isOverdue",
        (extract(epoch FROM milo_now() - d.stopping_at) * 1000)::float8 AS "stoppingForMs"
    )
    SELECT * FROM taken ORDER BY "deploymentId"`;
}
