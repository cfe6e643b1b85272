import { expect, it } from "vitest";
import { hearsNotices, type Place, restOf, spacingOf, stretchOf } from "./share-polling.ts";

const all = (liveCount: number): Place[] => Array.from({ length: liveCount }, (_, rank) => ({ rank, liveCount }));

it("has the first two of many hear notices and look at full pace, and the others share the looks of one", () => {
  expect(all(5).map(hearsNotices)).toEqual([true, true, false, false, false]);
  expect(all(5).map(stretchOf)).toEqual([1, 1, 3, 3, 3]);
  expect(all(3).map(stretchOf)).toEqual([1, 1, 1]);
  expect(stretchOf({ rank: 999, liveCount: 1_000 })).toBe(30);
});

it("looks no less often together than one alone would, when those that hear are lost, however many there are", () => {
  for (let liveCount = 3; liveCount <= 1_000; liveCount++) {
    const others = all(liveCount).filter((place) => !hearsNotices(place));
    expect(others.reduce((looks, place) => looks + 1 / stretchOf(place), 0)).toBeGreaterThanOrEqual(1 - 1e-9);
  }
});

it("draws longer rests that are on average as long as they are to be, and bounded", () => {
  expect([0, 0.5, 1].map((random) => restOf(5_000, 5, random))).toEqual([5_000, 25_000, 45_000]);
  expect(restOf(5_000, 1, 0.9)).toBe(5_000);
  expect(restOf(5_000, 30, 1)).toBe(240_000);
  expect(restOf(60_000, 30, 1)).toBe(240_000);
  expect(restOf(300_000, 30, 1)).toBe(300_000);
});

it("has the first heed wakes at once under load, and the others as at a poll", () => {
  expect(all(5).map(spacingOf)).toEqual([10, 1_000, 1_000, 1_000, 1_000]);
});
