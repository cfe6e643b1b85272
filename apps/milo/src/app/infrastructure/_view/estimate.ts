import type { NoEstimate, WaitEstimate } from "@milo/placement";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Nothing shorter than this is told apart. */
const MOMENT_MS = 3 * SECOND_MS;
/** Up to one and a half of the next unit, a number of the smaller one says more. */
const SECONDS_UP_TO_MS = 1.5 * MINUTE_MS;
const MINUTES_UP_TO_MS = 1.5 * HOUR_MS;

/** `about 4 min` and `(2–9 min)`, `about 20 min` and `(5 min – 3 h)`, `any moment` and `(up to 30 s)` or nothing. */
export function formatEstimate({ ms, lowMs, highMs }: WaitEstimate): { about: string; range: string | null } {
  const about = ms < MOMENT_MS ? "any moment" : `about ${join(measure(ms))}`;
  return { about, range: highMs < MOMENT_MS ? null : `(${formatRange(lowMs, highMs)})` };
}

function formatRange(lowMs: number, highMs: number): string {
  const high = measure(highMs);
  if (lowMs < MOMENT_MS) return `up to ${join(high)}`;
  const low = measure(lowMs);
  if (low.unit !== high.unit) return `${join(low)} – ${join(high)}`;
  return low.amount === high.amount ? `up to ${join(high)}` : `${low.amount}–${join(high)}`;
}

type Measure = { amount: number; unit: "s" | "min" | "h" };

function measure(ms: number): Measure {
  if (ms < SECONDS_UP_TO_MS) return { amount: Math.max(5, 5 * Math.round(ms / SECOND_MS / 5)), unit: "s" };
  if (ms < MINUTES_UP_TO_MS) return { amount: Math.round(ms / MINUTE_MS), unit: "min" };
  return { amount: Math.round((2 * ms) / HOUR_MS) / 2, unit: "h" };
}

function join({ amount, unit }: Measure): string {
  return `${amount} ${unit}`;
}

const NO_ESTIMATE: Readonly<Record<NoEstimate, string>> = {
  closed: "Unknown: no platform takes bots",
  no_slots: "Unknown: no platform has slots",
  no_history: "Unknown until a bot has ended",
};

/** Why nothing can be said of a wait. */
export function describeNoEstimate(why: NoEstimate): string {
  return NO_ESTIMATE[why];
}
