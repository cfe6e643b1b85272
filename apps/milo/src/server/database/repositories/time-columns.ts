import type { Queryable } from "#server/database/client.ts";

/** Selects an entry's columns as an `EntryRow`, from `q`. */
export function entryColumns(sql: Queryable) {
  return sql`q.id, q.bot_id AS "botId", q.plan, q.stage, ${epochMs(sql, "q.stage_ends_at")} AS "stageEndsAtMs",
    ${epochMs(sql, "q.timeout_at")} AS "timeoutAtMs", q.bars, ${epochMs(sql, "q.not_before")} AS "notBeforeMs",
    q.failures, q.last_failure AS "lastFailure"`;
}

/** A timestamptz column as milliseconds since the epoch, to the microsecond. */
export function epochMs(sql: Queryable, column: string) {
  return sql`(extract(epoch FROM ${sql.unsafe(column)}) * 1000)::float8`;
}

/**
 * From one finite timestamptz column to another in milliseconds, to the microsecond: for many rows, as the difference of
 * two of `epochMs` is reckoned in numerics, which takes three times as long.
 */
export function spanMs(sql: Queryable, from: string, to: string) {
  return sql`(date_part('epoch', ${sql.unsafe(to)} - ${sql.unsafe(from)}) * 1000)`;
}

/** The database's time in milliseconds since the epoch. */
export async function readNowMs(sql: Queryable): Promise<number> {
  const [row] = await sql<{ nowMs: number }[]>`SELECT ${epochMs(sql, "milo_now()")} AS "nowMs"`;
  if (row === undefined) throw new Error("SELECT milo_now() answered no row");
  return row.nowMs;
}
