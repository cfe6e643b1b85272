const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in its two largest units: `45 s`, `2 min 5 s`, `1 h 3 min`, `2 d 4 h`. Never negative. */
export function formatDuration(durationMs: number): string {
  // Rounded to what will be shown, so that no unit ever reads 60.
  const ms = Math.max(0, roundTo(durationMs, durationMs < HOUR_MS ? SECOND_MS : MINUTE_MS));
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s`;
  if (ms < HOUR_MS) return pair(ms, [MINUTE_MS, "min"], [SECOND_MS, "s"]);
  if (ms < DAY_MS) return pair(ms, [HOUR_MS, "h"], [MINUTE_MS, "min"]);
  return pair(ms, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

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

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const whole = Math.floor(ms / largeMs);
  const rest = Math.floor((ms % largeMs) / smallMs);
  return rest === 0 ? `${whole} ${large}` : `${whole} ${large} ${rest} ${small}`;
}

function roundTo(value: number, step: number): number {
  return Math.round(value / step) * step;
}
