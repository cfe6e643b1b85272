import type { LookAhead } from "#server/database/repositories/look-ahead.ts";

/** The nearest a turn follows its predecessor when a deadline is at hand. */
const MIN_PAUSE_MS = 5;
/** Up to so many replicas poll as if each were alone: one that hangs is hardly missed. */
const SHARING_REPLICAS = 4;
/** The most that one replica's poll is stretched, however many there are: ten seconds by default. */
const MOST_STRETCH = 5;

export type Pace = {
  pollMinMs: number;
  pollMaxMs: number;
  /** Dispatchers that live, this one among them. */
  liveCount: number;
  /** Since the look, milliseconds. */
  elapsedMs: number;
  /** From 0 to 1. */
  random: number;
};

/**
 * How long a dispatcher rests after a pass, in milliseconds. The poll is the guarantee; a nearer deadline is kept to the
 * moment. Where the pass acted on one, the next is not known: it is looked for at once. Many replicas share the polling: each
 * polls less often, all together no less than `SHARING_REPLICAS` do.
 */
export function pauseUntilNext(look: LookAhead, pace: Pace): number {
  if (look.expired || look.recheck || look.attemptsDue) return MIN_PAUSE_MS;
  const stretch = Math.min(Math.max(1, pace.liveCount / SHARING_REPLICAS), MOST_STRETCH);
  const pollMs = stretch * (pace.pollMinMs + (pace.pollMaxMs - pace.pollMinMs) * pace.random);
  if (look.nextDeadlineMs === null) return pollMs;
  return Math.max(MIN_PAUSE_MS, Math.min(pollMs, look.nextDeadlineMs - pace.elapsedMs));
}
