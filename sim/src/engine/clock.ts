import type { Sql } from "@milo/milo/server/database/client.ts";

/**
 * Virtual time. One clock that only goes forward, which every process reads as its monotonic clock, and the
 * database's, which may be off by a jump. What is due happens in the order of its moments.
 */
export type Clock = {
  /** Monotonic, milliseconds. */
  nowMs(): number;
  /** What `milo_now()` answers, milliseconds since the epoch. */
  databaseMs(): number;
  after(ms: number, happen: () => void): void;
  /** The next moment at which something is due; null = nothing is. */
  nextDueMs(): number | null;
  advance(ms: number): void;
  /** Moves the database's clock alone. */
  jumpDatabase(ms: number): void;
  /** Makes `milo_now()` answer the present. */
  publish(sql: Sql): Promise<void>;
};

const EPOCH_MS = Date.UTC(2026, 0, 1);

export function createClock(): Clock {
  let nowMs = EPOCH_MS;
  let offsetMs = 0;
  let publishedMs = Number.NaN;
  let order = 0;
  const due: { atMs: number; order: number; happen: () => void }[] = [];
  const databaseMs = () => nowMs + offsetMs;
  return {
    nowMs: () => nowMs,
    databaseMs,
    after(ms, happen) {
      const item = { atMs: nowMs + Math.max(0, ms), order: order++, happen };
      const index = due.findIndex((other) => other.atMs > item.atMs);
      due.splice(index === -1 ? due.length : index, 0, item);
    },
    nextDueMs: () => due[0]?.atMs ?? null,
    advance(ms) {
      const untilMs = nowMs + ms;
      for (let first = due[0]; first !== undefined && first.atMs <= untilMs; first = due[0]) {
        due.shift();
        nowMs = Math.max(nowMs, first.atMs);
        first.happen();
      }
      nowMs = untilMs;
    },
    jumpDatabase(ms) {
      offsetMs += ms;
    },
    async publish(sql) {
      if (publishedMs === databaseMs()) return;
      publishedMs = databaseMs();
      await sql`SELECT setval('sim_clock', ${publishedMs}::bigint)`;
    },
  };
}
