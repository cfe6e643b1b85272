import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { storableText } from "#server/database/storable-text.ts";
import { appendPlatformEvent } from "./platform-events.ts";
import { epochMs } from "./time-columns.ts";

/** How long an operator's word holds: every listing in it may end what it finds. */
export const CONFIRMED_FOR_S = 300;

/** A mass stop as it is stored, in milliseconds since the epoch. */
export type MassStopRow = {
  sinceMs: number;
  agreedSinceMs: number | null;
  agreedUntilMs: number | null;
  confirmedUntilMs: number | null;
};

/** The mass stop that a platform's sweeps are held for; null = none is. */
export async function readMassStop(sql: Sql, platform: DeploymentPlatform): Promise<MassStopRow | null> {
  const [row] = await sql<MassStopRow[]>`
    SELECT ${epochMs(sql, "mass_stop_since")} AS "sinceMs", ${epochMs(sql, "mass_stop_agreed_since")} AS "agreedSinceMs",
      ${epochMs(sql, "mass_stop_agreed_until")} AS "agreedUntilMs",
      ${epochMs(sql, "mass_stop_confirmed_until")} AS "confirmedUntilMs"
    FROM platform_checks WHERE platform = ${platform} AND mass_stop_since IS NOT NULL`;
  return row ?? null;
}

/** Stores what a sweep has found, but for an operator's word, and tells of it where it is news. */
export function saveMassStop(
  sql: Sql,
  platform: DeploymentPlatform,
  found: { state: MassStopRow; reason: string; news: "begins" | "agreed" | null },
): Promise<void> {
  const { state, reason, news } = found;
  return sql.begin(async (tx) => {
    const at = (ms: number | null) => tx`to_timestamp(${ms}::float8 / 1000)`;
    await tx`
      UPDATE platform_checks SET mass_stop_since = coalesce(mass_stop_since, ${at(state.sinceMs)}),
        mass_stop_reason = ${reason}, mass_stop_agreed_since = ${at(state.agreedSinceMs)},
        mass_stop_agreed_until = ${at(state.agreedUntilMs)}
      WHERE platform = ${platform}`;
    if (news === "begins")
      await appendPlatformEvent(tx, platform, { code: "MASS_STOP_HELD", message: `${reason}: held` });
    if (news === "agreed") {
      const message = `${reason}: every listing and their silence have agreed for 5 min, so it goes on`;
      await appendPlatformEvent(tx, platform, { code: "MASS_STOP_AGREED", message });
    }
  });
}

/**
 * The platform's sweeps find little to end again. Answers false when none was held, or one that began after this listing:
 * a dispatcher that was frozen since knows nothing of it. One that begins later than now is from before the database's clock
 * was set back.
 */
export function clearMassStop(sql: Sql, platform: DeploymentPlatform, listedAtMs: number): Promise<boolean> {
  return sql.begin(async (tx) => {
    const rows = await tx`
      UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_reason = NULL, mass_stop_agreed_since = NULL,
        mass_stop_agreed_until = NULL, mass_stop_confirmed_until = NULL
      WHERE platform = ${platform} AND (mass_stop_since < to_timestamp(${listedAtMs}::float8 / 1000)
        OR mass_stop_since > milo_now()) RETURNING platform`;
    if (rows.length === 0) return false;
    const message = `${PLATFORM_LABELS[platform]} has no mass stop to hold any more`;
    await appendPlatformEvent(tx, platform, { code: "MASS_STOP_OVER", message });
    return true;
  });
}

/** An operator's word that a mass stop is right. Answers false when none is held. */
export function confirmMassStop(sql: Sql, wish: { platform: DeploymentPlatform; reason?: string }): Promise<boolean> {
  const { platform } = wish;
  return sql.begin(async (tx) => {
    const rows = await tx<{ reason: string }[]>`
      UPDATE platform_checks SET mass_stop_confirmed_until = milo_now() + make_interval(secs => ${CONFIRMED_FOR_S})
      WHERE platform = ${platform} AND mass_stop_since IS NOT NULL RETURNING mass_stop_reason AS reason`;
    const [held] = rows;
    if (held === undefined) return false;
    const why = wish.reason === undefined ? "" : ` (${storableText(wish.reason)})`;
    const message = `${held.reason}: an operator confirmed it${why}`;
    await appendPlatformEvent(tx, platform, { code: "MASS_STOP_CONFIRMED", message });
    return true;
  });
}
