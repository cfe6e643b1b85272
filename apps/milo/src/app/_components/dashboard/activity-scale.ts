const STEPS = [1, 2, 5];
/** Lines between the lowest and the highest that are easy to count. */
const LINES = 4;

/** Whole numbers to name on an axis of counts, from 0 to at least `most`, evenly apart by 1, 2, 5, 10, 20 … Pure. */
export function makeCountTicks(most: number, lines = LINES): number[] {
  let step = 1;
  for (let index = 0; step * lines < most; index += 1) {
    step = (STEPS[index % STEPS.length] ?? 1) * 10 ** Math.floor(index / STEPS.length);
  }
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}

/**
 * The hours to name: every `every`-th by the clock on the viewer's wall, none of them twice in a row, as happens in the
 * night when that clock is set back. `hourOf`: the hour of the day of a moment. Pure.
 */
export function pickHours(hoursMs: readonly number[], every: number, hourOf: (atMs: number) => number): number[] {
  const named: number[] = [];
  for (const atMs of hoursMs) {
    const last = named.at(-1);
    const isRepeated = last !== undefined && hourOf(last) === hourOf(atMs) && atMs - last < HALF_DAY_MS;
    if (hourOf(atMs) % every === 0 && !isRepeated) named.push(atMs);
  }
  return named;
}

const HALF_DAY_MS = 43_200_000;
