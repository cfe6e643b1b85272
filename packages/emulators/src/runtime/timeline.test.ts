import { describe, expect, it } from "vitest";
import { findSentinel, sentinelImage } from "./sentinels.ts";
import { createTimeline } from "./timeline.ts";

describe("timeline", () => {
  const makeTimeline = () => {
    let now = 0;
    const timeline = createTimeline({ platform: "test", clock: () => now });
    const at = (time: number, kind: "started" | "exited", container: number, launchKey = `key-${container}`) => {
      now = time;
      timeline.record({ workload: "w", kind, container, launchKey });
    };
    return { timeline, at };
  };

  it("counts what ran at once in the order it was written, also within one millisecond", () => {
    const { timeline, at } = makeTimeline();
    at(1, "started", 1);
    at(2, "exited", 1);
    at(2, "started", 2);
    at(3, "started", 3);
    at(4, "exited", 2);
    expect(timeline.maxConcurrent()).toBe(2);
    expect(timeline.maxConcurrent(({ launchKey }) => launchKey !== "key-3")).toBe(1);
    expect(timeline.intervals().map(({ start, end }) => [start, end])).toEqual([
      [1, 2],
      [2, 4],
      [3, null],
    ]);
    expect(timeline.runningAt(2).map(({ container }) => container)).toEqual([2]);
    expect(timeline.runningAt(9).map(({ container }) => container)).toEqual([3]);
  });
});

describe("sentinel tags", () => {
  it("finds only the platform's own tags, with their argument", () => {
    expect(findSentinel("kubernetes", "r:5000/bot:sentinel-evict")).toEqual({ tag: "evict", argument: null });
    expect(findSentinel("kubernetes", sentinelImage<"kubernetes">("bot", "exit-code", 42))).toEqual({
      tag: "exit-code",
      argument: 42,
    });
    for (const image of ["bot:sentinel-exit-code", "bot:sentinel-spot-interruption", "bot:evict", "sentinel-evict"]) {
      expect(findSentinel("kubernetes", image)).toBeNull();
    }
  });
});
