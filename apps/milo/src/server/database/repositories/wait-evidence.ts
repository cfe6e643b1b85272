import type { Newcomers, PlatformSlots } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import type { EntryRow } from "./entry-state.ts";
import { entryColumns, epochMs, spanMs } from "./time-columns.ts";

/** How many ended holds per platform tell how long one lasts: enough for their spread, few enough to be recent. */
const RECENT_ENDS = 200;
/** How far back slots were given lately. */
const RECENT_STARTS_MS = 15 * 60_000;
/** Reaches further back than any hold: used when a platform has had fewer ends than are read. */
const ALL_MS = 30 * 86_400_000;

type SlotsRow = Pick<PlatformSlots, "platform" | "agesMs"> & {
  botLimit: number;
  closed: boolean;
  refused: boolean;
  openForMs: number | null;
  triedInMs: number;
  /** Of the last ends, newest first, those that were claimed; how many were looked at, and since when. */
  heldMs: number[];
  agoMs: number[];
  lookedAt: number;
  sinceMs: number;
};

/** What the wait estimate knows of every platform: bounded by its slots and `RECENT_ENDS`, read by their indexes. */
export async function readPlatformSlots(sql: Sql): Promise<PlatformSlots[]> {
  const now = epochMs(sql, "now.at");
  const rows = await sql<SlotsRow[]>`
    WITH now AS MATERIALIZED (SELECT milo_now() AS at)
    SELECT p.platform, p.bot_limit AS "botLimit", p.mode <> 'enabled' OR p.position IS NULL AS closed,
      p.capacity_refusals > 0 AS refused,
      CASE WHEN p.breaker_state = 'open' THEN ${now} - ${epochMs(sql, "p.breaker_since")} END AS "openForMs",
      coalesce(greatest(${epochMs(sql, "p.breaker_open_until")}, ${epochMs(sql, "p.admit_not_before")}) - ${now}, 0)
        AS "triedInMs",
      coalesce(o.ages, '{}') AS "agesMs", coalesce(e.held, '{}') AS "heldMs", coalesce(e.ago, '{}') AS "agoMs",
      e.looked_at AS "lookedAt", coalesce(e.since, 0) AS "sinceMs"
    FROM now CROSS JOIN platforms p
    LEFT JOIN LATERAL (SELECT array_agg(${spanMs(sql, "d.reserved_at", "now.at")}) AS ages
      FROM deployments d WHERE d.platform = p.platform AND d.phase <> 'ENDED') o ON true
    LEFT JOIN LATERAL (
      SELECT count(*)::int AS looked_at, max(${spanMs(sql, "r.ended_at", "now.at")}) AS since,
        array_agg(${spanMs(sql, "r.reserved_at", "r.ended_at")} ORDER BY r.ended_at)
          FILTER (WHERE r.claimed_at IS NOT NULL) AS held,
        array_agg(${spanMs(sql, "r.ended_at", "now.at")} ORDER BY r.ended_at)
          FILTER (WHERE r.claimed_at IS NOT NULL) AS ago
      FROM (SELECT d.ended_at, d.reserved_at, d.claimed_at FROM deployments d
        WHERE d.platform = p.platform AND d.phase = 'ENDED' ORDER BY d.ended_at DESC LIMIT ${RECENT_ENDS}) r) e ON true`;
  return rows.map(toPlatformSlots);
}

/** Who keeps coming, by priority: told by those that were given a slot lately and hold it still. */
export function readNewcomers(sql: Sql): Promise<Newcomers[]> {
  return sql<Newcomers[]>`
    SELECT b.priority, ${RECENT_STARTS_MS}::float8 / count(*) AS "everyMs"
    FROM deployments d JOIN bots b ON b.id = d.bot_id
    WHERE d.phase <> 'ENDED'
      AND d.reserved_at > (SELECT milo_now() - make_interval(secs => ${RECENT_STARTS_MS / 1000}::float8))
    GROUP BY b.priority`;
}

/** An entry with what decides who goes before it. */
export type PrioritizedEntry = EntryRow & { priority: number };

/** The first waiting entries in queue order. */
export function readQueueHead(sql: Sql, limit: number): Promise<PrioritizedEntry[]> {
  return sql<PrioritizedEntry[]>`
    SELECT ${entryColumns(sql)}, q.priority FROM deployment_queue q WHERE q.status = 'WAITING'
    ORDER BY q.priority DESC, q.queued_at, q.id LIMIT ${limit}`;
}

function toPlatformSlots(row: SlotsRow): PlatformSlots {
  const { platform, botLimit, closed, refused, openForMs, agesMs, heldMs } = row;
  const triedInMs = Math.max(0, row.triedInMs);
  return {
    platform,
    // One that has refused for lack of capacity holds as many as it can, whatever its limit says.
    limit: refused ? Math.min(botLimit, agesMs.length) : botLimit,
    opensInMs: closed ? null : triedInMs,
    failingForMs: openForMs,
    windowMs: row.lookedAt < RECENT_ENDS ? ALL_MS : Math.max(1, row.sinceMs),
    ended: heldMs.map((held, n) => ({ heldMs: Math.max(0, held), agoMs: Math.max(0, row.agoMs[n] ?? 0) })),
    agesMs: agesMs.map((ageMs) => Math.max(0, ageMs)),
  };
}
