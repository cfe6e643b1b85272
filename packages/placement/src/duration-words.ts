const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * How milo says a length of time to people, everywhere: in sentences of the server, in the console and counting down.
 * One rule: its two largest units, rounded to the smaller one, which has two digits so that a countdown keeps its width
 * and is left out when it is nothing.
 *
 * - below a minute `42 s`; seconds have no decimals
 * - below an hour `1 min 12 s`, `2 min 05 s`, `2 min`
 * - below a day `1 h 05 min`, `1 h`
 * - from there `2 d 04 h`, `3 d`
 *
 * Never negative, and never 60 of a unit that goes to 59. What is not known exactly is rounded before (`formatEstimate`).
 */
export function formatDuration(durationMs: number): string {
  const step = durationMs < HOUR_MS ? SECOND_MS : durationMs < DAY_MS ? MINUTE_MS : HOUR_MS;
  const ms = Math.max(0, Math.round(durationMs / step) * step);
  if (ms < MINUTE_MS) return `${ms / SECOND_MS} s`;
  if (ms < HOUR_MS) return join(ms, [MINUTE_MS, "min"], [SECOND_MS, "s"]);
  if (ms < DAY_MS) return join(ms, [HOUR_MS, "h"], [MINUTE_MS, "min"]);
  return join(ms, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

type Unit = readonly [ms: number, name: string];

function join(ms: number, [largeMs, large]: Unit, [smallMs, small]: Unit): string {
  const whole = `${Math.floor(ms / largeMs)} ${large}`;
  const rest = Math.floor((ms % largeMs) / smallMs);
  return rest === 0 ? whole : `${whole} ${String(rest).padStart(2, "0")} ${small}`;
}
