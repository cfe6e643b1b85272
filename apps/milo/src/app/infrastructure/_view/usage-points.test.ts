import { expect, it } from "vitest";
import type { UsageHistory } from "../../_components/usage/moments.ts";
import { summariseUsage, toUsagePoints } from "./usage-points.ts";

const HISTORY: UsageHistory = {
  bucketMs: 60_000,
  points: [
    { atMs: 0, waiting: null, platforms: [{ platform: "k8s", used: null, limit: null }] },
    { atMs: 60_000, waiting: 0, platforms: [{ platform: "k8s", used: 30, limit: 30 }] },
    { atMs: 120_000, waiting: 0, platforms: [{ platform: "k8s", used: 12, limit: 30 }] },
  ],
};

it("one platform's part of the history keeps the gaps and ends now", () => {
  const points = toUsagePoints(HISTORY, "k8s");
  expect(points.map(({ values }) => values.used)).toEqual([null, 30, 12]);
  expect(summariseUsage(points)).toBe("Over the last 2 min: now 12 of 30, most 30.");
});

it("a platform without a sample is a gap, and said to be one", () => {
  const points = toUsagePoints(HISTORY, "aws");
  expect(points.every(({ values }) => values.used === null && values.limit === null)).toBe(true);
  expect(summariseUsage(points)).toBe("Nothing is known of that time.");
});
