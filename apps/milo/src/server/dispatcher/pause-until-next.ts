import type { LookAhead } from "#server/database/repositories/look-ahead.ts";
import { restOf } from "./share-polling.ts";

/** The nearest a turn follows its predecessor when a deadline is at hand. */
const MIN_PAUSE_MS = 5;
export type Pace = {
  pollMinMs: number;
  pollMaxMs: number;
  /** As `stretchOf`. */
  stretch: number;
  /** Whether this dispatcher acts on deadlines to the moment. */
  keepsDeadlines: boolean;
  /** Since the look, milliseconds. */
  elapsedMs: number;
  /** From 0 to 1. */
  random: number;
};

/**
 * How long a dispatcher rests after a pass, in milliseconds. The poll is the guarantee; a nearer deadline is kept to the
 * moment, by a few of many. Where the pass acted on one, the next is not known: it is looked for at once.
 */
export function pauseUntilNext(look: LookAhead, pace: Pace): number {
  if (look.expired || look.recheck || look.attemptsDue) return MIN_PAUSE_MS;
  // From one poll upward, so that of many which looked at once some look again soon.
  const pollMs = restOf(pace.pollMinMs + (pace.pollMaxMs - pace.pollMinMs) * pace.random, pace.stretch, pace.random);
  if (look.nextDeadlineMs === null || !pace.keepsDeadlines) return pollMs;
  return Math.max(MIN_PAUSE_MS, Math.min(pollMs, look.nextDeadlineMs - pace.elapsedMs));
}
