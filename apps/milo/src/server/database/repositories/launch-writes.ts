import type { RenderedRequest } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";
import { type StartedNotice, tellStarted } from "./notify.ts";

/** Names an attempt as its holder knows it: a write with an older fence hits nothing. */
export type Held = { deploymentId: number; fence: number };

/*
 * Each of these is one compare-and-set over many attempts at once and answers the deployments that it changed:
 * an attempt that is missing was revoked, taken over or ended, and its caller stops there.
 */

/** RESERVED → LAUNCHING with the exact request: from its commit on, a request may have been sent. */
export async function markLaunching(
  sql: Sql,
  attempts: readonly (Held & { request: RenderedRequest })[],
): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    UPDATE deployments d SET phase = 'LAUNCHING', request = x.request, first_sent_at = milo_now()
    FROM jsonb_to_recordset(${toParameter(
      sql,
      attempts.map((one) => ({ ...held(one), request: one.request })),
    )})
      AS x("deploymentId" int, fence int, request jsonb)
    WHERE d.id = x."deploymentId" AND d.fence = x.fence AND d.phase = 'RESERVED' RETURNING d.id`;
  return new Set(rows.map((row) => row.id));
}

/** Stores a changed request (Spot → on-demand) before it is sent. */
export async function changeRequest(sql: Sql, attempt: Held & { request: RenderedRequest }): Promise<boolean> {
  const rows = await sql`
    UPDATE deployments SET request = ${sql.json(attempt.request as never)}, request_no = request_no + 1
    WHERE id = ${attempt.deploymentId} AND fence = ${attempt.fence} AND phase = 'LAUNCHING' RETURNING id`;
  return rows.length > 0;
}

/**
 * Records the platform's own name, once; the bot may have claimed already. The bots are locked before the deployments,
 * in the order that all of milo keeps.
 */
export async function recordIdentifiers(
  sql: Sql,
  attempts: readonly (Held & { identifier: string })[],
): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    WITH given AS MATERIALIZED (
      SELECT * FROM jsonb_to_recordset(${toParameter(
        sql,
        attempts.map((one) => ({ ...held(one), identifier: one.identifier })),
      )}) AS x("deploymentId" int, fence int, identifier text)
    ), locked AS MATERIALIZED (
      SELECT id FROM bots WHERE id IN (SELECT d.bot_id FROM deployments d JOIN given ON d.id = given."deploymentId")
      ORDER BY id FOR NO KEY UPDATE
    ), recorded AS (
      UPDATE deployments d SET platform_identifier = given.identifier FROM given
      WHERE d.id = given."deploymentId" AND d.fence = given.fence AND d.phase IN ('LAUNCHING', 'RUNNING')
        AND (d.platform_identifier IS NULL OR d.platform_identifier = given.identifier)
        AND d.bot_id IN (SELECT id FROM locked)
      RETURNING d.id, d.bot_id, d.platform_identifier
    ), shown AS (
      UPDATE bots b SET platform_identifier = recorded.platform_identifier FROM recorded WHERE b.id = recorded.bot_id
    )
    SELECT id FROM recorded`;
  return new Set(rows.map((row) => row.id));
}

/**
 * LAUNCHING → STARTING: the platform accepted it. Ends the lease, as nothing is left to do for its holder, and
 * tells waiting callers. An attempt that has been claimed meanwhile stays RUNNING and counts as changed.
 */
export async function markStarting(sql: Sql, attempts: readonly Held[]): Promise<Set<number>> {
  const rows = await sql<(StartedNotice & { id: number })[]>`
    UPDATE deployments d SET phase = CASE WHEN d.phase = 'LAUNCHING' THEN 'STARTING' ELSE d.phase END,
      accepted_at = milo_now(), lease_owner = NULL, lease_until = NULL
    FROM jsonb_to_recordset(${toParameter(sql, attempts.map(held))}) AS x("deploymentId" int, fence int)
    WHERE d.id = x."deploymentId" AND d.fence = x.fence AND d.phase IN ('LAUNCHING', 'RUNNING')
    RETURNING d.id, d.bot_id AS "botId", d.platform, d.platform_identifier AS identifier`;
  await tellStarted(sql, rows);
  return new Set(rows.map((row) => row.id));
}

/** Only what the statement reads: the attempts are whole launches. */
function held({ deploymentId, fence }: Held): Held {
  return { deploymentId, fence };
}

function toParameter(sql: Sql, rows: readonly object[]) {
  return sql.json(rows as never);
}
