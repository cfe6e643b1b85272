/** A draw from the standard exponential for a slot, a bot or a newcomer, by its number. */
export type Draw = (place: number) => number;

/**
 * How far apart days are: the deviation, as a logarithm, of the pace of all slots together from what was watched.
 * Tuned on the training days of docs/wait-estimate.md so that eight in ten waits lie in the range.
 */
const PACE_DEVIATION = 0.13;

/**
 * The draws of one course of several. In each, all slots together are a little faster or slower than was watched, the more
 * so the fewer `ends` were.
 */
export function drawsOf(course: number, courses: number, ends: number): Draw {
  const deviation = Math.sqrt(PACE_DEVIATION ** 2 + 1 / Math.max(1, ends));
  const pace = Math.exp(deviation * normalQuantile((course + 0.5) / courses));
  return (place) => pace * drawOf(course, place);
}

/** A draw that no pace changes. */
export function drawOf(course: number, place: number): number {
  return -Math.log(spread(course, place));
}

/**
 * Numbers in (0, 1), evenly apart, one for each course, in an order that has nothing to do with that of the courses:
 * of outages that may end at any time, half the courses have one that ends in the sooner half.
 */
export function shareOut(courses: number, place: number): number[] {
  const order = Array.from({ length: courses }, (_, course) => course);
  order.sort((a, b) => spread(a, place) - spread(b, place));
  const shares: number[] = [];
  for (const [rank, course] of order.entries()) shares[course] = (rank + 0.5) / courses;
  return shares;
}

/** A number in (0, 1), always the same for the same two: well spread over both (the finalizer of MurmurHash3). */
export function spread(course: number, place: number): number {
  let h = Math.imul(course + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 4_294_967_296;
}

/** The standard normal quantile (Tocher's logistic approximation: within 0.02 from 0.01 to 0.99). */
function normalQuantile(share: number): number {
  return Math.log(share / (1 - share)) * Math.sqrt(Math.PI / 8);
}
