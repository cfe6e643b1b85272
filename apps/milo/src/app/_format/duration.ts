const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** The same in one unit, rounded down, for where there is little room: `45 s`, `2 min`, `1 h`, `2 d`. */
export function formatShortDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} d`;
}

/** For the `dateTime` of a `<time>` that says a length of time: ISO 8601, `PT125S`. */
export function formatIsoDuration(durationMs: number): string {
  return `PT${Math.max(0, Math.round(durationMs / SECOND_MS))}S`;
}
