/** An ended hold of a slot: how long it lasted and how long ago it ended, in milliseconds. */
export type EndedHold = { heldMs: number; agoMs: number };

/** What was watched of one platform's slots: whole for the last `windowMs`, nothing of what was before. */
export type WatchedHolds = {
  windowMs: number;
  ended: readonly EndedHold[];
  /** For how long each occupied slot has been held. */
  agesMs: readonly number[];
};

/**
 * How likely a hold of a given age is to end: the cumulative hazard from each of the ages on at which holds were seen to
 * end, from (0, 0), and at `tailRate` (a millisecond) after the last.
 */
export type HoldHazard = { agesMs: readonly number[]; hazards: readonly number[]; tailRate: number; ends: number };

/**
 * The life table of a slot (Nelson–Aalen with delayed entry): at each age, ends over holds that were watched at that
 * age. Those that still run count as having lasted so far, and long holds count for no more than the part that was
 * watched; a mean of what has ended lately would be too short while the day gets busier.
 */
export function measureHoldHazard(watched: readonly WatchedHolds[]): HoldHazard {
  const spans = watched.flatMap(spansOf);
  const entered = Float64Array.from(spans, (s) => s.fromMs).sort();
  const left = Float64Array.from(spans, (s) => s.toMs).sort();
  const endings = spans.flatMap((s) => (s.ended ? [s.toMs] : [])).sort((a, b) => a - b);
  const agesMs = [0];
  const hazards = [0];
  let hazard = 0;
  let enteredBefore = 0;
  let leftBefore = 0;
  for (const age of endings) {
    while ((entered[enteredBefore] ?? Infinity) < age) enteredBefore++;
    while ((left[leftBefore] ?? Infinity) < age) leftBefore++;
    // Of several that end at the same age, each ends among one fewer.
    hazard += 1 / Math.max(1, enteredBefore - leftBefore++);
    agesMs.push(age);
    hazards.push(hazard);
  }
  return { agesMs, hazards, tailRate: tailRateOf(spans, endings), ends: endings.length };
}

/** How much longer a hold of this age lasts at a draw from the standard exponential; Infinity when none ever ended. */
export function remainingMs(hold: HoldHazard, ageMs: number, draw: number): number {
  return ageAt(hold, hazardAt(hold, ageMs) + draw) - ageMs;
}

type Span = { fromMs: number; toMs: number; ended: boolean };

/** The ages at which each hold was watched. */
function spansOf({ windowMs, ended, agesMs }: WatchedHolds): Span[] {
  return [
    ...ended.map(({ heldMs, agoMs }) => {
      const toMs = Math.max(1, heldMs);
      return { fromMs: Math.min(toMs - 1, Math.max(0, heldMs + agoMs - windowMs)), toMs, ended: true };
    }),
    ...agesMs.map((ageMs) => ({ fromMs: Math.max(0, ageMs - windowMs), toMs: ageMs, ended: false })),
  ];
}

/** Ends a millisecond beyond the median age at an end: there are too few beyond the last to tell more. */
function tailRateOf(spans: readonly Span[], endings: readonly number[]): number {
  if (endings.length === 0) return 0;
  const medianMs = endings[endings.length >> 1] ?? 0;
  const watchedMs = spans.reduce((sum, s) => sum + Math.max(0, s.toMs - Math.max(s.fromMs, medianMs)), 0);
  const ends = endings.filter((age) => age >= medianMs).length;
  return ends / Math.max(watchedMs, medianMs);
}

/** The cumulative hazard up to an age. */
export function hazardAt({ agesMs, hazards, tailRate }: HoldHazard, ageMs: number): number {
  const after = firstAbove(agesMs, ageMs);
  const hazard = hazards[after - 1] ?? 0;
  return after < agesMs.length ? hazard : hazard + (ageMs - (agesMs[after - 1] ?? 0)) * tailRate;
}

/** The age at which the cumulative hazard is so much; Infinity when none ever ended. */
export function ageAt({ agesMs, hazards, tailRate }: HoldHazard, hazard: number): number {
  const after = firstAbove(hazards, hazard);
  const ageMs = agesMs[after];
  if (ageMs !== undefined) return ageMs;
  return tailRate === 0 ? Infinity : (agesMs[after - 1] ?? 0) + (hazard - (hazards[after - 1] ?? 0)) / tailRate;
}

/** The first place in an ascending list that holds more than a value, which is not below its first. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
