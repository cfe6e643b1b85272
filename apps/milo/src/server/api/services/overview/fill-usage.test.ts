import { describe, expect, it } from "vitest";
import { bucketOf, fillUsage, firstBucketMs } from "./fill-usage.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 0, 1, 12) + 30_000;
const now = { atMs: NOW, waiting: 3, platforms: [{ platform: "k8s" as const, used: 2, limit: 30 }] };
const window = { windowMs: HOUR, platforms: ["k8s" as const] };
const sample = (atMs: number, used = 1) => ({ atMs, platform: "k8s" as const, used, limit: 30, waiting: 5 });

describe("the history of use", () => {
  it.each([1, 2, 5, 6, 12, 24, 47.9, 48])("has at most 300 points of whole minutes for %s hours", (hours) => {
    const windowMs = Math.round(hours * HOUR);
    expect(bucketOf(windowMs) % MINUTE).toBe(0);
    const { points } = fillUsage([], { ...window, windowMs }, now);
    expect(points.length).toBeLessThanOrEqual(301);
    expect(points[0]?.atMs).toBeGreaterThan(NOW - windowMs);
  });

  it("shows a gap as a gap, not as nothing used, and this moment last", () => {
    const first = firstBucketMs(HOUR, NOW);
    const { bucketMs, points } = fillUsage([sample(first, 9), sample(first + 2 * MINUTE, 7)], window, now);
    expect(bucketMs).toBe(MINUTE);
    expect(
      points.slice(0, 3).map(({ waiting, platforms }) => [waiting, platforms[0]?.used, platforms[0]?.limit]),
    ).toEqual([
      [5, 9, 30],
      [null, null, null],
      [5, 7, 30],
    ]);
    expect(points.at(-1)).toEqual(now);
  });

  it("is no gap in the minute under way, which may not have been sampled yet", () => {
    const underWay = Math.floor(NOW / MINUTE) * MINUTE;
    expect(fillUsage([], window, now).points.at(-2)?.atMs).toBe(underWay - MINUTE);
    expect(fillUsage([sample(underWay)], window, now).points.at(-2)?.atMs).toBe(underWay);
  });
});
