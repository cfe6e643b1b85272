const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time as people say it: `0.4s`, `42s`, `3m 20s`, `2h 05m`, `3d 4h`. */
export function formatLength(ms: number): string {
  const length = Math.max(0, ms);
  if (length < 10 * SECOND_MS) return `${(length / SECOND_MS).toFixed(1)}s`;
  if (length < MINUTE_MS) return `${Math.round(length / SECOND_MS)}s`.replace("60s", "59s");
  if (length < HOUR_MS) return `${Math.floor(length / MINUTE_MS)}m ${two((length % MINUTE_MS) / SECOND_MS)}s`;
  if (length < DAY_MS) return `${Math.floor(length / HOUR_MS)}h ${two((length % HOUR_MS) / MINUTE_MS)}m`;
  return `${Math.floor(length / DAY_MS)}d ${Math.floor((length % DAY_MS) / HOUR_MS)}h`;
}

/** How long ago, or until when, a moment is. */
export function formatSince(at: Date, nowMs: number): string {
  const ms = at.getTime() - nowMs;
  if (ms > 0) return `in ${formatLength(ms)}`;
  return `${formatLength(-ms)} ago`;
}

/** A moment in UTC, to the second. */
export function formatMoment(at: Date): string {
  return at.toISOString().slice(0, 19).replace("T", " ");
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
