import { formatDuration, type NoEstimate, type WaitEstimate } from "@milo/placement";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Nothing shorter than this is told apart. */
const MOMENT_MS = 3 * SECOND_MS;

/** How finely a guess of each size is told: finer would promise what nobody knows. */
const STEPS = [
  { belowMs: 57.5 * SECOND_MS, stepMs: 5 * SECOND_MS },
  { belowMs: 5 * MINUTE_MS, stepMs: 30 * SECOND_MS },
  { belowMs: HOUR_MS, stepMs: MINUTE_MS },
] as const;
const COARSEST_MS = 30 * MINUTE_MS;

/**
 * An estimate and its range, in the words of every length of time but rounded to what is known of it: `about 4 min` and
 * `(2–9 min)`, `about 1 min 30 s` and `(45 s – 3 min)`, `any moment` and `(up to 30 s)` or nothing.
 */
export function formatEstimate({ ms, lowMs, highMs }: WaitEstimate): { about: string; range: string | null } {
  const about = ms < MOMENT_MS ? "any moment" : `about ${formatDuration(roundGuess(ms))}`;
  return { about, range: highMs < MOMENT_MS ? null : `(${formatRange(lowMs, highMs)})` };
}

/** About so long, for a guess without a range: `about 1 min 30 s`, `any moment`. */
export function formatGuess(ms: number): string {
  return formatEstimate({ ms, lowMs: ms, highMs: ms }).about;
}

function formatRange(lowMs: number, highMs: number): string {
  const high = formatDuration(roundGuess(highMs));
  const low = formatDuration(roundGuess(lowMs));
  if (lowMs < MOMENT_MS || low === high) return `up to ${high}`;
  const [lowAmount, lowUnit, ...lowRest] = low.split(" ");
  const [, highUnit, ...highRest] = high.split(" ");
  const isOneUnit = lowUnit === highUnit && lowRest.length === 0 && highRest.length === 0;
  return isOneUnit ? `${lowAmount}–${high}` : `${low} – ${high}`;
}

function roundGuess(ms: number): number {
  const stepMs = STEPS.find(({ belowMs }) => ms < belowMs)?.stepMs ?? COARSEST_MS;
  return Math.max(STEPS[0].stepMs, Math.round(ms / stepMs) * stepMs);
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
