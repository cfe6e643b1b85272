import { describe, expect, it } from "vitest";
import { chartActivity } from "./activity.ts";

const HOUR_MS = 3_600_000;
const hour = (index: number, k8s: [number, number], aws: [number, number]) => ({
  atMs: index * HOUR_MS,
  platforms: [
    { platform: "k8s" as const, launched: k8s[0], failed: k8s[1] },
    { platform: "aws" as const, launched: aws[0], failed: aws[1] },
  ],
});

describe("the chart of launches", () => {
  it("shows launches by platform in priority order and the failures of all together", () => {
    const points = [hour(0, [3, 1], [0, 0]), hour(1, [4, 0], [2, 2])];
    const { launched, failed, points: drawn, summary } = chartActivity({ bucketMs: HOUR_MS, points });
    expect([...launched, failed].map(({ label }) => label)).toEqual(["K8s", "AWS", "Failed to start"]);
    expect(drawn.map(({ values }) => values)).toEqual([
      { k8s: 3, aws: 0, failed: 1 },
      { k8s: 4, aws: 2, failed: 2 },
    ]);
    expect(summary).toBe("9 launches, failed to start 1 time on K8s and 2 times on AWS");
  });

  it("says that none failed, and when there is nothing to draw", () => {
    const calm = chartActivity({ bucketMs: HOUR_MS, points: [hour(0, [1, 0], [0, 0])] });
    expect(calm).toMatchObject({ summary: "1 launch, none failed to start", isEmpty: false });
    expect(chartActivity({ bucketMs: HOUR_MS, points: [hour(0, [0, 0], [0, 0])] }).isEmpty).toBe(true);
    expect(chartActivity({ bucketMs: HOUR_MS, points: [hour(0, [0, 1], [0, 0])] }).isEmpty).toBe(false);
  });
});
