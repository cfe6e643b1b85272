/**
 * Moments to name on an axis from `startMs` to `endMs`: whole multiples of `stepMs` by the clock on the viewer's wall.
 * `offsetMs`: how far that clock is ahead of UTC. Pure.
 */
export function makeTicks(startMs: number, endMs: number, stepMs: number, offsetMs: number): number[] {
  const first = Math.ceil((startMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const count = Math.max(0, Math.floor((endMs - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

/** Ticks closer than this part of the height run into one another. */
const APART = 0.2;

/** Values to name: 0, the limit, and the highest value unless the two are about the same. Ends with the highest. Pure. */
export function makeValueTicks(most: number, limit: number): number[] {
  const top = Math.max(most, limit);
  const apart = top * APART;
  return [0, ...(limit > apart && top - limit > apart ? [limit] : []), top];
}
