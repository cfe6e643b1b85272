import { describe, expect, it } from "vitest";
import { makeCountTicks, pickHours } from "./activity-scale.ts";

const HOUR_MS = 3_600_000;
const hours = (from: number, count: number) => Array.from({ length: count }, (_, index) => (from + index) * HOUR_MS);
const clock = (offsetMs: number) => (atMs: number) => new Date(atMs + offsetMs).getUTCHours();

describe("the axis of counts", () => {
  it("names whole numbers only, evenly apart, up to the highest", () => {
    expect(makeCountTicks(0)).toEqual([0, 1]);
    expect(makeCountTicks(1)).toEqual([0, 1]);
    expect(makeCountTicks(3)).toEqual([0, 1, 2, 3]);
    expect(makeCountTicks(7)).toEqual([0, 2, 4, 6, 8]);
    expect(makeCountTicks(38)).toEqual([0, 10, 20, 30, 40]);
    expect(makeCountTicks(1_234)).toEqual([0, 500, 1_000, 1_500]);
  });
});

describe("the hours that are named", () => {
  it("are every third by the viewer's clock", () => {
    expect(pickHours(hours(10, 24), 3, clock(0))).toEqual([12, 15, 18, 21, 24, 27, 30, 33].map((at) => at * HOUR_MS));
    // 5 h 30 min ahead: 10:00 here is 15:30 there.
    expect(pickHours(hours(10, 4), 3, clock(5.5 * HOUR_MS))).toEqual([10, 13].map((at) => at * HOUR_MS));
  });

  it("are not named twice when the clock is set back", () => {
    const setBack = (atMs: number) => (atMs < 4 * HOUR_MS ? clock(0)(atMs) : clock(-HOUR_MS)(atMs));
    expect(pickHours(hours(2, 5), 3, setBack)).toEqual([3 * HOUR_MS]);
  });
});
