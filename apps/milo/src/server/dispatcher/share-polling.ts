/**
 * So many replicas, those that were started first, hear notices, keep deadlines to the moment and look as often as if each
 * were alone: one that hangs is hardly missed. Of the others a notice would only take processor time from those.
 */
const HEARING_REPLICAS = 2;
/** The most that one replica's poll is stretched on average, however many there are. */
const MOST_STRETCH = 30;
/** No rest is stretched beyond this; whoever moves up ends its rests at once. */
const MOST_REST_MS = 240_000;
/** How long the first heeds no wake after one, and the others. */
const SPACING_MS = 10;
const SPACING_OF_OTHERS_MS = 1_000;

/** Where a replica stands among the live ones: `rank` 0 was started first. */
export type Place = { rank: number; liveCount: number };

export function hearsNotices({ rank }: Place): boolean {
  return rank < HEARING_REPLICAS;
}

/**
 * By how much a replica stretches the rests between its looks at what any of them would find. All that do not hear notices
 * look together as often as one would alone: what they make good is the loss of those that do.
 */
export function stretchOf(place: Place): number {
  if (hearsNotices(place)) return 1;
  return Math.min(Math.max(1, place.liveCount - HEARING_REPLICAS), MOST_STRETCH);
}

/** Of replicas that ask whether another one still does its work: on average `stretch` times `ms`, drawn, never far too long. */
export function restOf(ms: number, stretch: number, random: number): number {
  return ms + Math.max(0, Math.min(2 * ms * (stretch - 1), MOST_REST_MS - ms)) * random;
}

/**
 * How long a replica heeds no wake after one, in milliseconds. A wake at rest is heeded by all that hear it; under load the
 * first passes for all, as work that is split costs more commits, and the next finds within a second what a frozen first
 * leaves.
 */
export function spacingOf({ rank }: Place): number {
  return rank === 0 ? SPACING_MS : SPACING_OF_OTHERS_MS;
}
