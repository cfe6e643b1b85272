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
