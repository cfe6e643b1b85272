/** Up to so many replicas poll as if each were alone: one that hangs is hardly missed. */
const SHARING_REPLICAS = 4;
/** The most that one replica's poll is stretched, however many there are. */
const MOST_STRETCH = 5;

/**
 * By how much each of so many live dispatchers stretches the rests between its looks at what any of them would find: all
 * together look no less often than `SHARING_REPLICAS` do.
 */
export function stretchOf(liveCount: number): number {
  return Math.min(Math.max(1, liveCount / SHARING_REPLICAS), MOST_STRETCH);
}

/**
 * How long a replica heeds no wake after one, in milliseconds. Every notice wakes all of them: drawn so, whatever their number,
 * all together pass as often as one alone does every `spacingMs`, and some one of them is soon free to.
 */
export function spacingOf(spacingMs: number, liveCount: number, random: number): number {
  return liveCount === 1 ? spacingMs : 2 * spacingMs * liveCount * random;
}
