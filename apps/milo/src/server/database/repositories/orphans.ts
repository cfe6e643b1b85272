import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { Workload } from "#server/api/services/platform/platform-service.ts";
import type { Queryable, Sql } from "#server/database/client.ts";
import { nudgeDispatchers } from "./notify.ts";
import { orphanKey } from "./orphan-key.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { appendEvents } from "./save-entries.ts";

/** A workload of ours that no attempt owns, as one listing shows it. */
export type Stranger = Pick<Workload, "identifier" | "launchKey" | "state">;

/** `due`: two listings, at least a minute apart, and every one in between, agree on it. */
export type Sighting = Stranger & { due: boolean };

/** The least time between the first listing that shows an orphan and the one it is believed by. */
const BELIEVED_AFTER_S = 60;
/** Who seems to be at an orphan's stop while a mass stop is held: nobody, until it goes on. */
const HELD = "mass-stop";
/** A launch key with a higher number than this beyond the last bot's is no number that we gave. */
const MOST_IDS_LOST = 1_000_000;

/**
 * Notes what one complete listing shows and no attempt owns; whatever it does not show any more is forgotten. Looks once
 * more at the attempts, those RESERVED included: the listing is older than this. An ended workload that has had a row is
 * the known end of that one, which the platform goes on showing; one whose row ended since the listing is no news.
 */
export async function noteStrangers(
  sql: Sql,
  platform: DeploymentPlatform,
  listing: { listedAtMs: number; strangers: readonly Stranger[] },
): Promise<Sighting[]> {
  const rows = await sql<{ identifier: string; due: boolean }[]>`
    WITH listed AS MATERIALIZED (SELECT to_timestamp(${listing.listedAtMs}::float8 / 1000) AS at),
    strange AS MATERIALIZED (
      SELECT s.identifier, s."launchKey" AS launch_key FROM ${asRows(sql, listing.strangers)}
      WHERE ${isUnowned(sql, platform)} AND ${isNews(sql, platform, listing.listedAtMs)}
    ), forgotten AS (
      DELETE FROM orphan_sightings o WHERE o.platform = ${platform}
        AND NOT EXISTS (SELECT 1 FROM strange s WHERE s.identifier = o.identifier)
    )
    INSERT INTO orphan_sightings AS o (platform, identifier, launch_key, first_seen_at)
    SELECT ${platform}, s.identifier, s.launch_key, listed.at FROM strange s, listed ORDER BY s.identifier
    ON CONFLICT (platform, identifier) DO UPDATE SET launch_key = excluded.launch_key,
      -- One that was seen later than now was so before the database's clock was set back.
      first_seen_at = least(o.first_seen_at, excluded.first_seen_at)
    RETURNING identifier,
      first_seen_at <= (SELECT at FROM listed) - make_interval(secs => ${BELIEVED_AFTER_S}) AS due`;
  const due = new Map(rows.map((row) => [row.identifier, row.due]));
  return listing.strangers.flatMap((stranger) => {
    const isDue = due.get(stranger.identifier);
    return isDue === undefined ? [] : [{ ...stranger, due: isDue }];
  });
}

/**
 * Has no new bot bear the number of one whose workload is still there, as after the restore of an older dump: it would
 * be launched under the same key.
 */
export async function passOverBotIds(sql: Sql, botIds: readonly number[]): Promise<void> {
  if (botIds.length === 0) return;
  await sql`
    SELECT setval('bots_id_seq', lost.id) FROM bots_id_seq s, LATERAL (
      SELECT max(id) AS id FROM unnest(${[...botIds]}::int[]) AS x(id) WHERE id <= s.last_value + ${MOST_IDS_LOST}::int) lost
    WHERE s.last_value < lost.id OR (s.last_value = lost.id AND NOT s.is_called)`;
}

/** An orphan in `held` is counted, and not stopped before the mass stop goes on. */
export type NewOrphan = Stranger & { held: boolean };

/**
 * Gives each orphan a row that counts until its workload is gone, and that the stop loop acts on. Under the platform's
 * lock, as all that takes slots. Answers those that are orphans still.
 */
export async function insertOrphans(
  sql: Sql,
  platform: DeploymentPlatform,
  { listedAtMs, orphans }: { listedAtMs: number; orphans: readonly NewOrphan[] },
): Promise<InsertedOrphan[]> {
  if (orphans.length === 0) return [];
  const inserted = await sql.begin(async (tx) => {
    await tx`SELECT 1 FROM platforms WHERE platform = ${platform} FOR NO KEY UPDATE`;
    const rows: InsertedOrphan[] = [];
    for (const orphan of orphans) {
      const row = await insertOrphan(tx, platform, listedAtMs, orphan);
      if (row !== null) rows.push(row);
    }
    return rows;
  });
  if (inserted.length > 0) await nudgeDispatchers(sql);
  return inserted;
}

export type InsertedOrphan = { deploymentId: number; identifier: string; launchKey: string | null; reason: string };

async function insertOrphan(
  tx: Queryable,
  platform: DeploymentPlatform,
  listedAtMs: number,
  orphan: NewOrphan,
): Promise<InsertedOrphan | null> {
  const { identifier, launchKey, held } = orphan;
  const [known] = await tx<{ found: number; attempt: Namesake | null }[]>`
    SELECT (SELECT count(*)::int + 1 FROM deployments
        WHERE platform = ${platform} AND bot_id IS NULL AND platform_identifier = ${identifier}) AS found,
      (SELECT json_build_object('deploymentId', id, 'botId', bot_id, 'phase', phase, 'identifier', platform_identifier)
        FROM deployments WHERE launch_key = ${launchKey} AND bot_id IS NOT NULL) AS attempt`;
  const reason = explain(orphan, known?.attempt ?? null);
  const [row] = await tx<{ id: number }[]>`
    INSERT INTO deployments (platform, attempt, launch_key, phase, outcome, reason, platform_identifier, reserved_at,
      stopping_at, start_by, lease_owner, lease_until)
    SELECT ${platform}, coalesce(substring(${launchKey} FROM '-a(\\d{1,9})$')::int, 0),
      ${orphanKey(orphan, known?.found ?? 1)}, 'STOPPING', 'cancelled', ${reason}, ${identifier}, milo_now(), milo_now(),
      milo_now(), ${held ? HELD : null}, CASE WHEN ${held} THEN timestamptz 'infinity' END
    FROM ${asRows(tx, [orphan])} WHERE ${isUnowned(tx, platform)} AND ${isNews(tx, platform, listedAtMs)} RETURNING id`;
  if (row === undefined) return null;
  const message = `${PLATFORM_LABELS[platform]} runs ${identifier}, which no attempt owns: ${reason}`;
  await appendPlatformEvent(tx, platform, { code: "ORPHAN_FOUND", message });
  if (known?.attempt) {
    const { botId, deploymentId } = known.attempt;
    await appendEvents(tx, [{ botId, deploymentId, code: "ORPHAN_FOUND", message }]);
  }
  return { deploymentId: row.id, identifier, launchKey, reason };
}

/** The attempt whose launch key an orphan bears. */
type Namesake = { deploymentId: number; botId: number; phase: string; identifier: string | null };

function explain({ launchKey, state }: Stranger, attempt: Namesake | null): string {
  const what = state === "inert" ? "made and never started" : state;
  if (launchKey === null) return `A workload of ours without a launch key (${what})`;
  if (attempt === null) return `No attempt ${launchKey} is known here (${what})`;
  if (attempt.phase === "ENDED") return `The attempt ${launchKey} has ended without it (${what})`;
  return `The attempt ${launchKey} has another workload, ${attempt.identifier} (${what})`;
}

/**
 * Lets orphans go on whose stop was held: all that a listing of that moment could show, or only those with these names.
 * Answers how many did.
 */
export async function releaseOrphans(
  sql: Sql,
  platform: DeploymentPlatform,
  which: { listedAtMs: number; identifiers: readonly string[] | "all" },
): Promise<number> {
  const { listedAtMs, identifiers } = which;
  if (identifiers.length === 0) return 0;
  const rows = await sql`
    UPDATE deployments SET lease_owner = NULL, lease_until = NULL
    WHERE platform = ${platform} AND phase = 'STOPPING' AND bot_id IS NULL AND lease_owner = ${HELD}
      AND stopping_at <= to_timestamp(${listedAtMs}::float8 / 1000)
      AND ${identifiers === "all" ? sql`true` : sql`platform_identifier = ANY(${[...identifiers]}::text[])`} RETURNING id`;
  if (rows.length > 0) await nudgeDispatchers(sql);
  return rows.length;
}

/** Ids of the rows of orphans whose stop is held. */
export async function readHeldOrphans(sql: Sql, platform: DeploymentPlatform): Promise<Set<number>> {
  const rows = await sql<{ id: number }[]>`
    SELECT id FROM deployments WHERE platform = ${platform} AND phase = 'STOPPING' AND bot_id IS NULL AND lease_owner = ${HELD}`;
  return new Set(rows.map((row) => row.id));
}

/**
 * Of `s`: it is the recorded workload of nothing that holds a slot, and bears the key of no attempt that is being
 * launched or whose workload is not recorded yet.
 */
function isUnowned(sql: Queryable, platform: DeploymentPlatform) {
  return sql`NOT EXISTS (
      SELECT 1 FROM deployments d
      WHERE d.platform = ${platform} AND d.phase <> 'ENDED' AND d.platform_identifier = s.identifier)
    AND NOT EXISTS (
      SELECT 1 FROM deployments d WHERE d.platform = ${platform} AND d.phase <> 'ENDED' AND d.launch_key = s."launchKey"
        AND (d.platform_identifier IS NULL OR d.phase IN ('RESERVED', 'LAUNCHING')))`;
}

/**
 * Of `s`: no row of it has ended since the listing, nor at all if the listing shows it ended. One that ended later than now
 * did so before the database's clock was set back.
 */
function isNews(sql: Queryable, platform: DeploymentPlatform, listedAtMs: number) {
  return sql`NOT EXISTS (
      SELECT 1 FROM deployments d
      WHERE d.phase = 'ENDED' AND d.platform_identifier = s.identifier AND d.platform = ${platform}
        AND (s.state = 'ended' OR d.ended_at BETWEEN to_timestamp(${listedAtMs}::float8 / 1000) AND milo_now()))`;
}

function asRows(sql: Queryable, strangers: readonly Stranger[]) {
  const rows = strangers.map(({ identifier, launchKey, state }) => ({ identifier, launchKey, state }));
  return sql`jsonb_to_recordset(${sql.json(rows)}) AS s(identifier text, "launchKey" text, state text)`;
}
