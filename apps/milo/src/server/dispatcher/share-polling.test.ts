import { expect, it } from "vitest";
import { spacingOf, stretchOf } from "./share-polling.ts";

it("lets many replicas look less often each, never all together less often than four, and none more than five times", () => {
  expect([1, 4, 6, 12, 20, 32, 1_000].map(stretchOf)).toEqual([1, 1, 1.5, 3, 5, 5, 5]);
});

it("lets replicas heed wakes less often, each by chance, as often together as one alone", () => {
  expect(spacingOf(10, 1, 0.9)).toBe(10);
  expect([0, 0.5, 1].map((random) => spacingOf(10, 8, random))).toEqual([0, 80, 160]);
});
