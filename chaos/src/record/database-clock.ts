import type { Sql } from "@milo/milo/server/database/client.ts";

/** From `atMs` of the machine's clock on, the database's is `shiftMs` ahead of it. */
export type Shift = { atMs: number; shiftMs: number };

export type DatabaseClock = { shift(byMs: number): Promise<void>; shifts(): readonly Shift[] };

/** Lets the database's clock jump, and records when it did. */
export function createDatabaseClock(sql: Sql): DatabaseClock {
  const shifts: Shift[] = [{ atMs: 0, shiftMs: 0 }];
  return {
    async shift(byMs) {
      const [row] = await sql<{ atMs: number; shiftMs: number }[]>`
        UPDATE chaos_clock SET shift = shift + make_interval(secs => ${byMs / 1_000}::float8)
        RETURNING extract(epoch FROM clock_timestamp())::float8 * 1000 AS "atMs",
          extract(epoch FROM shift)::float8 * 1000 AS "shiftMs"`;
      if (row !== undefined) shifts.push(row);
    },
    shifts: () => shifts,
  };
}

/** When the database's clock came to `databaseMs` for the last time, by the machine's clock. */
export function toMachineMs(shifts: readonly Shift[], databaseMs: number): number {
  for (let index = shifts.length - 1; index >= 0; index--) {
    const { atMs, shiftMs } = shifts[index] as Shift;
    const reachedMs = databaseMs - shiftMs;
    if (reachedMs >= atMs) return reachedMs;
    // Already past it when this shift began: it jumped over it then, unless it had come there before.
    const before = shifts[index - 1];
    if (before === undefined || atMs + before.shiftMs < databaseMs) return atMs;
  }
  return databaseMs;
}
