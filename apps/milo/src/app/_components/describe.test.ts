import { describe, expect, it } from "vitest";
import { describeCapacity, describeDuration, describeQueue } from "./describe.ts";

describe("what the console says", () => {
  it("names a platform with what it holds and may hold", () => {
    expect(describeCapacity({ platform: "k8s", used: 25, limit: 30 })).toBe("K8s (25/30)");
    expect(describeCapacity({ platform: "aws", used: 0, limit: 0 })).toBe("AWS (0/0)");
  });

  it("counts waiting bots in one and in many", () => {
    expect(describeQueue(1)).toBe("Queue: 1 bot waiting");
    expect(describeQueue(5)).toBe("Queue: 5 bots waiting");
  });

  it("gives a duration in its two largest units", () => {
    expect([-5, 45_400, 125_000, 3_780_000].map(describeDuration)).toEqual(["0 s", "45 s", "2 min 5 s", "1 h 3 min"]);
  });
});
