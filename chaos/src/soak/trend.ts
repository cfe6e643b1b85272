/** A value at a time, in seconds. */
export type Point = readonly [atS: number, value: number];

export type Trend = {
  middle: number;
  /** How much it changes from the first of the points to the last, along the line through them. */
  growth: number;
};

/** More say nothing more, and the pairs are counted in squares. */
const MOST_POINTS = 240;

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(half) - 1], sorted[Math.floor(half)]];
  return (low + high) / 2;
}

/**
 * The line whose slope is the median of those of all pairs (Theil and Sen): up to a quarter of the points may be anywhere,
 * as they are while something is broken. Null for fewer than three points.
 */
export function findTrend(points: readonly Point[]): Trend | null {
  const step = Math.ceil(points.length / MOST_POINTS);
  const few = points.filter((_, index) => index % step === 0);
  const slopes = few.flatMap(([atS, value], index) =>
    few
      .slice(index + 1)
      .filter(([laterS]) => laterS > atS)
      .map(([laterS, later]) => (later - value) / (laterS - atS)),
  );
  const [first, last] = [points[0], points.at(-1)];
  if (points.length < 3 || slopes.length === 0 || first === undefined || last === undefined) return null;
  return { middle: median(points.map(([, value]) => value)), growth: median(slopes) * (last[0] - first[0]) };
}
