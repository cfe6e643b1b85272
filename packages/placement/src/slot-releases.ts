import { ageAt, type HoldHazard, hazardAt } from "./hold-hazard.ts";

/** Occupied slots that have been held for about as long, from `from` to before `to` of all by age. */
type Cohort = { from: number; to: number; stride: number };
/** The occupied slots of a platform by age, and the cumulative hazard at each age. */
export type OccupiedSlots = { agesMs: Float64Array; hazards: Float64Array; cohorts: readonly Cohort[] };

/** Into how many cohorts the slots of a platform are put at most: enough that those of one are of like age. */
const COHORTS_MOST = 100;

/** Slots of like age together, as many in each; up to `COHORTS_MOST` slots each is one of its own. */
export function orderByAge(hold: HoldHazard, heldMs: readonly number[]): OccupiedSlots {
  const agesMs = Float64Array.from(heldMs).sort();
  const count = Math.min(COHORTS_MOST, agesMs.length);
  const startOf = (cohort: number) => Math.floor((cohort * agesMs.length) / count);
  return {
    agesMs,
    hazards: agesMs.map((ageMs) => hazardAt(hold, ageMs)),
    cohorts: Array.from({ length: count }, (_, cohort) => {
      const [from, to] = [startOf(cohort), startOf(cohort + 1)];
      return { from, to, stride: strideThrough(to - from) };
    }),
  };
}

/**
 * When the first `most` of these slots come free, in order, at draws from the standard exponential by the number of the
 * slot. The draws of a cohort of n are made in ascending order, the first being a draw over n, the next another over
 * n - 1 beyond it, and so on (Rényi), each for another slot of it, from one that `turn` (a number in (0, 1)) says: as if
 * each slot had its own, but with hardly one for those that come free later than the first `most`.
 */
export function drawReleases(
  hold: HoldHazard,
  slots: OccupiedSlots,
  most: number,
  draw: (slot: number) => number,
  turn: (slot: number) => number,
): number[] {
  const heap = slots.cohorts.map((cohort) => {
    const offset = Math.floor(turn(cohort.from) * (cohort.to - cohort.from));
    return { ...cohort, offset, made: 0, drawn: 0, notBeforeMs: 0 };
  });
  for (const cohort of heap) drawNext(hold, slots, cohort, draw);
  heap.sort((a, b) => a.notBeforeMs - b.notBeforeMs);
  const releases: number[] = [];
  let untilMs = Infinity;
  for (let first = heap[0]; first !== undefined && first.notBeforeMs < untilMs; first = heap[0]) {
    const inMs = releaseOf(hold, slots, first);
    if (inMs < untilMs) releases.push(inMs);
    if (releases.length === most && untilMs === Infinity) untilMs = Math.max(...releases);
    drawNext(hold, slots, first, draw);
    sinkFirst(heap);
  }
  return releases.sort((a, b) => a - b).slice(0, most);
}

/** A cohort of which so many draws were made, the last of them `drawn`; none of its slots left comes free sooner. */
type DrawnCohort = Cohort & { offset: number; made: number; drawn: number; notBeforeMs: number };

function drawNext(hold: HoldHazard, slots: OccupiedSlots, cohort: DrawnCohort, draw: (slot: number) => number): void {
  const { from, to, made } = cohort;
  if (made === to - from) {
    cohort.notBeforeMs = Infinity;
    return;
  }
  cohort.drawn += draw(from + made) / (to - from - made);
  cohort.made++;
  const youngestEndsAtMs = ageAt(hold, (slots.hazards[from] ?? 0) + cohort.drawn);
  cohort.notBeforeMs = Math.max(0, youngestEndsAtMs - (slots.agesMs[to - 1] ?? 0));
}

/** When the slot that the last draw of a cohort was for comes free. Each draw of a cohort is for another one. */
function releaseOf(hold: HoldHazard, { agesMs, hazards }: OccupiedSlots, cohort: DrawnCohort): number {
  const { from, to, offset, made, stride } = cohort;
  const slot = from + ((offset + made * stride) % (to - from));
  return ageAt(hold, (hazards[slot] ?? 0) + cohort.drawn) - (agesMs[slot] ?? 0);
}

/** A step that leads through all of so many places in no order of their own. */
function strideThrough(places: number): number {
  let stride = Math.max(1, Math.round(places * 0.618));
  while (!areCoprime(stride, places)) stride++;
  return stride;
}

function areCoprime(a: number, b: number): boolean {
  return b === 0 ? a === 1 : areCoprime(b, a % b);
}

/** Puts the first of a heap, by `notBeforeMs`, where it belongs. */
function sinkFirst(heap: DrawnCohort[]): void {
  const sinking = heap[0];
  if (sinking === undefined) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    let below = heap[child];
    const other = heap[child + 1];
    if (below !== undefined && other !== undefined && other.notBeforeMs < below.notBeforeMs) {
      below = other;
      child++;
    }
    if (below === undefined || below.notBeforeMs >= sinking.notBeforeMs) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = sinking;
}
