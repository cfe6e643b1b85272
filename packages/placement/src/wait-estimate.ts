/** What is known of the platforms a waiting bot may use; times in milliseconds. */
export type WaitObservations = {
  /** Bots ahead of it that compete for the same slots. */
  ahead: number;
  /** Slots free right now. */
  freeSlots: number;
  /** For how long each occupying deployment has held its slot. */
  agesMs: readonly number[];
  /** How long recently released slots had been held (newest first or any order). */
  heldMs: readonly number[];
};

/**
 * Expected wait until a slot is free for this bot, or null when nothing was ever observed to end.
 * Each occupied slot is expected to free after the median remaining time of the observed holds that lasted
 * longer than its age; each bot ahead then takes the earliest slot and holds it for the median hold.
 */
export function estimateWaitMs(seen: WaitObservations): number | null {
  if (seen.ahead < seen.freeSlots) return 0;
  if (seen.heldMs.length === 0) return null;
  if (seen.agesMs.length + seen.freeSlots === 0) return null;
  const holds = [...seen.heldMs].sort((a, b) => a - b);
  const typicalMs = median(holds);
  const freeAt = [
    ...Array.from({ length: seen.freeSlots }, () => 0),
    ...seen.agesMs.map((age) => remainingMs(holds, age, typicalMs)),
  ].sort((a, b) => a - b);
  let earliest = 0;
  for (let served = 0; served <= seen.ahead; served++) {
    earliest = freeAt.shift() ?? earliest;
    insertSorted(freeAt, earliest + typicalMs);
  }
  return Math.round(earliest);
}

/** A hold that outlasted every observed one is guessed to end after a tenth of the typical hold. */
function remainingMs(sortedHolds: readonly number[], ageMs: number, typicalMs: number): number {
  const longer = sortedHolds.filter((h) => h > ageMs);
  return longer.length === 0 ? typicalMs / 10 : median(longer) - ageMs;
}

function median(sorted: readonly number[]): number {
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

function insertSorted(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}
