import { describe, expect, it } from "vitest";
import { describeCapacity, describeRoom, formatPlatformTitle, formatQueueTitle } from "./capacity.ts";

describe("what the console says of a platform", () => {
  it("names it with what it holds and may hold", () => {
    expect(formatPlatformTitle({ platform: "k8s", used: 25, limit: 30 })).toBe("K8s (25/30)");
    expect(formatPlatformTitle({ platform: "aws", used: 0, limit: 0 })).toBe("AWS (0/0)");
  });

  it("says in words what is left of it", () => {
    expect(describeRoom({ used: 25, limit: 30 })).toBe("5 free");
    expect(describeRoom({ used: 30, limit: 30 })).toBe("Full");
    expect(describeRoom({ used: 33, limit: 30 })).toBe("3 over the limit");
    expect(describeRoom({ used: 0, limit: 0 })).toBe("Limit 0: takes no bots");
    expect(describeRoom({ used: 2, limit: 0 })).toBe("2 over the limit");
  });

  it("says that a platform is held or drained before what is left", () => {
    expect(describeRoom({ used: 25, limit: 30, mode: "hold" })).toBe("Held, 5 free");
    expect(describeRoom({ used: 30, limit: 30, mode: "drain" })).toBe("Draining, full");
  });

  it("says the whole of it to who cannot see the bar", () => {
    expect(describeCapacity({ used: 0, limit: 1 })).toBe("0 of 1 slot in use: 1 free");
  });

  it("counts waiting bots in one and in many", () => {
    expect(formatQueueTitle(1)).toBe("Queue: 1 bot waiting");
    expect(formatQueueTitle(5)).toBe("Queue: 5 bots waiting");
  });
});
