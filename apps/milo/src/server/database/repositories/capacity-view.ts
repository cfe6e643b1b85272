import type { BreakerState, DeploymentPlatform, PlatformMode } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { countFailed24h } from "./activity-view.ts";

export type PlatformState = {
  platform: DeploymentPlatform;
  /** Place in the plan in force, from 0; null while no dispatcher has announced one with it. */
  position: number | null;
  used: number;
  limit: number;
  mode: PlatformMode;
  modeReason: string | null;
  modeSince: Date;
  breaker: BreakerView;
  /** Why it takes no new bots just now, in words; null when it does. */
  closedReason: string | null;
  /** Its breaker lets bots through, and the last probe was good and is fresh. */
  healthy: boolean;
  massStop: MassStopView | null;
};

/**
 * A sweep that is held because it would end most of a platform's bots. `agreedSince`: since when all that it would end is
 * silent, by clean listings; it goes on 5 min after that, or until `confirmedUntil` by an operator's word.
 */
export type MassStopView = { since: Date; reason: string; agreedSince: Date | null; confirmedUntil: Date | null };

/** A circuit breaker as operators see it. `opensUntil`: the earliest it may be tried again, while open. */
export type BreakerView = { state: BreakerState; reason: string | null; since: Date; opensUntil: Date | null };
type StateRow = Omit<PlatformState, "breaker" | "massStop"> & {
  massStopSince: Date | null;
  massStopReason: string | null;
  massStopAgreedSince: Date | null;
  massStopConfirmedUntil: Date | null;
  breakerState: BreakerState;
  breakerReason: string | null;
  breakerSince: Date;
  breakerOpensUntil: Date | null;
};

/** Every platform with what occupies it, counted from rows at this moment. */
export async function readPlatformStates(sql: Sql, healthFreshMs: number): Promise<PlatformState[]> {
  const rows = await sql<StateRow[]>`
    SELECT p.platform, p.position, p.bot_limit AS limit, p.mode, p.mode_reason AS "modeReason",
      p.mode_since AS "modeSince", p.breaker_state AS "breakerState", p.breaker_reason AS "breakerReason",
      p.breaker_since AS "breakerSince",
      CASE WHEN p.breaker_state = 'open' THEN p.breaker_open_until END AS "breakerOpensUntil",
      c.mass_stop_since AS "massStopSince", c.mass_stop_reason AS "massStopReason",
      c.mass_stop_agreed_since AS "massStopAgreedSince",
      CASE WHEN c.mass_stop_confirmed_until > milo_now() THEN c.mass_stop_confirmed_until END AS "massStopConfirmedUntil",
      (SELECT count(*)::int FROM deployments d WHERE d.platform = p.platform AND d.phase <> 'ENDED') AS used,
      CASE WHEN p.mode <> 'enabled' THEN CASE p.mode WHEN 'hold' THEN 'is on hold' ELSE 'is being drained' END
          || coalesce(' (' || p.mode_reason || ')', '')
        WHEN p.breaker_state = 'open' THEN 'is failing' || coalesce(' (' || p.breaker_reason || ')', '')
        WHEN p.breaker_state = 'half_open' THEN 'has been failing and is tried with one bot'
        WHEN p.admit_not_before > milo_now() THEN 'has just refused for lack of capacity' END AS "closedReason",
      coalesce(c.healthy AND p.breaker_state IN ('closed', 'ramping') AND c.checked_at > milo_now() - make_interval(secs => ${healthFreshMs / 1000}::float8), false)
        AS healthy
    FROM platforms p JOIN platform_checks c ON c.platform = p.platform
    ORDER BY p.position NULLS LAST, p.platform`;
  return rows.map(toState);
}

function toState(row: StateRow): PlatformState {
  const { breakerState, breakerReason, breakerSince, breakerOpensUntil, ...rest } = row;
  const { massStopSince, massStopReason, massStopAgreedSince, massStopConfirmedUntil, ...state } = rest;
  const breaker = { state: breakerState, reason: breakerReason, since: breakerSince, opensUntil: breakerOpensUntil };
  if (massStopSince === null) return { ...state, breaker, massStop: null };
  const massStop = { since: massStopSince, reason: massStopReason ?? "", agreedSince: massStopAgreedSince };
  return { ...state, breaker, massStop: { ...massStop, confirmedUntil: massStopConfirmedUntil } };
}

export type PlatformStats = {
  platform: DeploymentPlatform;
  starting: number;
  running: number;
  stopping: number;
  failed24h: number;
};

/** Deployments by phase; `failed24h` = attempts that failed or were lost and ended in the last 24 hours. */
export function readPlatformStats(sql: Sql): Promise<PlatformStats[]> {
  return sql<PlatformStats[]>`
    SELECT p.platform, coalesce(o.starting, 0) AS starting, coalesce(o.running, 0) AS running,
      coalesce(o.stopping, 0) AS stopping,
      coalesce(f.n, 0) AS "failed24h"
    FROM platforms p LEFT JOIN (${countFailed24h(sql)}) f ON f.platform = p.platform LEFT JOIN (
      SELECT platform, count(*) FILTER (WHERE phase IN ('RESERVED', 'LAUNCHING', 'STARTING'))::int AS starting,
        count(*) FILTER (WHERE phase = 'RUNNING')::int AS running,
        count(*) FILTER (WHERE phase = 'STOPPING')::int AS stopping
      FROM deployments WHERE phase <> 'ENDED' GROUP BY platform) o ON o.platform = p.platform`;
}
