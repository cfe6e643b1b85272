/**
 * Moments to name on an axis from `startMs` to `endMs`: whole multiples of `stepMs` by the clock on the viewer's wall.
 * `offsetMs`: how far that clock is ahead of UTC. Pure.
 */
export function makeTicks(startMs: number, endMs: number, stepMs: number, offsetMs: number): number[] {
  const first = Math.ceil((startMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const count = Math.max(0, Math.floor((endMs - first) / stepMs) + 1);
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}
