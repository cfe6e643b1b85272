import { describe, expect, it } from "vitest";
import { isAtLimit, pickStops, toMoments } from "./moments.ts";
import { describeFull, describeGaps, describeWaiting, findStretches } from "./stretches.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
type Use = readonly [used: number | null, limit: number | null];

const point = (minute: number, waiting: number | null, k8s: Use, aws: Use = [1, 4]) => ({
  atMs: minute * MINUTE_MS,
  waiting,
  platforms: [
    { platform: "k8s" as const, used: k8s[0], limit: k8s[1] },
    { platform: "aws" as const, used: waiting === null ? null : aws[0], limit: waiting === null ? null : aws[1] },
  ],
});
const history = (...points: ReturnType<typeof point>[]) => ({ bucketMs: MINUTE_MS, points });
const minutes = (stretches: readonly { fromMs: number; toMs: number }[]) =>
  stretches.map(({ fromMs, toMs }) => [fromMs / MINUTE_MS, toMs / MINUTE_MS]);
const isK8sFull = (at: ReturnType<typeof toMoments>[number]) => isAtLimit(at.used.k8s, at.limits.k8s);

describe("use over time", () => {
  it("holds what was last known until the right edge", () => {
    const moments = toMoments(history(point(0, 0, [1, 8])), 5 * MINUTE_MS);
    expect(moments.map(({ atMs, used }) => [atMs, used.k8s])).toEqual([
      [0, 1],
      [5 * MINUTE_MS, 1],
    ]);
    expect(toMoments(history(point(5, 0, [1, 8])), 0)).toHaveLength(1);
  });

  it("ends a step where a gap begins, and draws nothing within it", () => {
    const moments = toMoments(history(point(0, 2, [3, 8]), point(1, null, [null, null]), point(2, 1, [4, 8])), 0);
    expect(moments.map(({ atMs, used, waiting }) => [atMs, used.k8s, waiting])).toEqual([
      [0, 3, 2],
      [MINUTE_MS - 1, 3, 2],
      [MINUTE_MS, null, null],
      [2 * MINUTE_MS, 4, 1],
    ]);
  });

  it("adds up the limits, unless one is not known", () => {
    expect(toMoments(history(point(0, 0, [1, 8])), 0)[0]?.limit).toBe(12);
    expect(toMoments(history(point(0, null, [null, null])), 0)[0]?.limit).toBeNull();
  });
});

describe("a limit", () => {
  it("binds when it is reached or exceeded, never when it is 0 or nothing is known", () => {
    expect([isAtLimit(8, 8), isAtLimit(9, 8)]).toEqual([true, true]);
    expect([isAtLimit(7, 8), isAtLimit(0, 0), isAtLimit(null, 8), isAtLimit(undefined, undefined)]).not.toContain(true);
  });

  it("binds for stretches, broken by room and by gaps", () => {
    const moments = toMoments(
      history(
        point(0, 0, [8, 8]),
        point(1, 0, [8, 8]),
        point(2, 0, [7, 8]),
        point(3, 0, [8, 8]),
        point(4, null, [null, null]),
        point(6, 0, [8, 8]),
      ),
      9 * MINUTE_MS,
    );
    const full = findStretches(moments, isK8sFull);
    expect(minutes(full)).toEqual([
      [0, 2],
      [3, 4],
      [6, 9],
    ]);
    expect(describeFull(full, { label: "1 h", gaps: [] })).toBe("At its limit for 6 min of the last 1 h, 3 times");
    expect(describeFull(full.slice(0, 1), { label: "6 h", gaps: [] })).toBe("At its limit for 2 min of the last 6 h");
    expect(describeFull([], { label: "6 h", gaps: [] })).toBe("Never at its limit in the last 6 h");
    expect(describeFull([], { label: "6 h", gaps: [], isNow: true })).toBe("At its limit since just now");
    const gaps = findStretches(moments, ({ waiting }) => waiting === null);
    expect(describeGaps(gaps, 0, 9 * MINUTE_MS)).toBe("Nothing is known of 2 min: no dispatcher ran");
    expect(describeGaps([], 0, 9 * MINUTE_MS)).toBeNull();
    expect(describeGaps([], undefined, 0)).toBeNull();
    expect(describeFull([], { label: "6 h", gaps })).toBe("Never at its limit in the last 6 h, as far as is known");
  });

  it("is at the limit through a rise of the limit that is filled at once", () => {
    const moments = toMoments(history(point(0, 0, [6, 6]), point(1, 0, [8, 8])), 2 * MINUTE_MS);
    expect(minutes(findStretches(moments, isK8sFull))).toEqual([[0, 2]]);
  });
});

describe("times of which nothing is known", () => {
  const nothing = (minute: number) => point(minute, null, [null, null], [null, null]);

  it("are not laid at a dispatcher's door before the first sample", () => {
    const moments = toMoments(history(nothing(0), point(50, 0, [1, 8]), nothing(55), point(57, 0, [1, 8])), HOUR_MS);
    const gaps = findStretches(moments, ({ waiting }) => waiting === null);
    expect(describeGaps(gaps, moments[0]?.atMs, HOUR_MS)).toBe(
      "Known of the last 10 min only. Nothing is known of 2 min: no dispatcher ran",
    );
    expect(describeGaps(gaps.slice(0, 1), moments[0]?.atMs, HOUR_MS)).toBe("Known of the last 10 min only");
  });
});

describe("a walk over moments", () => {
  it("stops at each once, not where a step ends and not before the drawing begins", () => {
    const points = [point(0, 2, [3, 8]), point(2, 2, [3, 8]), point(3, null, [null, null]), point(4, 1, [4, 8])];
    const moments = toMoments(history(...points), 5 * MINUTE_MS);
    expect(pickStops(moments, MINUTE_MS).map(({ atMs }) => atMs / MINUTE_MS)).toEqual([2, 3, 4, 5]);
  });
});

describe("the queue over time", () => {
  it("is told by how long bots waited and how many at most", () => {
    const moments = toMoments(history(point(0, 2, [8, 8]), point(3, 5, [8, 8]), point(4, 0, [8, 8])), 9 * MINUTE_MS);
    expect(describeWaiting(moments, { label: "1 h", gaps: [] })).toBe(
      "Bots waited for 4 min of the last 1 h, 5 at most",
    );
    const calm = toMoments(history(point(0, 0, [1, 8])), MINUTE_MS);
    expect(describeWaiting(calm, { label: "1 h", gaps: [] })).toBe("No bot waited in the last 1 h");
    expect(describeWaiting(calm, { label: "1 h", gaps: [{ fromMs: 0, toMs: 1 }] })).toMatch(/as far as is known$/);
    const justNow = toMoments(history(point(0, 0, [8, 8]), point(1, 4, [8, 8])), MINUTE_MS);
    expect(describeWaiting(justNow, { label: "1 h", gaps: [] })).toBe("Bots wait since just now");
  });
});
