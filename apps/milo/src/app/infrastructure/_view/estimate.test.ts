import { describe, expect, it } from "vitest";
import { describeNoEstimate, formatEstimate } from "./estimate.ts";

const S = 1_000;
const MIN = 60 * S;
const H = 60 * MIN;
const format = (ms: number, lowMs: number, highMs: number) => {
  const { about, range } = formatEstimate({ ms, lowMs, highMs });
  return range === null ? about : `${about} ${range}`;
};

describe("an estimated wait", () => {
  it("comes with its uncertainty, in units that fit both ends", () => {
    expect(format(4 * MIN, 2 * MIN, 9 * MIN)).toBe("about 4 min (2–9 min)");
    expect(format(22 * S, 11 * S, 43 * S)).toBe("about 20 s (10–45 s)");
    expect(format(20 * MIN, 5 * MIN, 3 * H)).toBe("about 20 min (5 min – 3 h)");
    expect(format(2.4 * H, 1.6 * H, 4 * H)).toBe("about 2.5 h (1.5–4 h)");
  });

  it("has no lower end when it may be over at once", () => {
    expect(format(30 * S, 0, 2 * MIN)).toBe("about 30 s (up to 2 min)");
    expect(format(0, 0, 30 * S)).toBe("any moment (up to 30 s)");
    expect(format(0, 0, 0)).toBe("any moment");
    expect(format(4 * MIN, 4 * MIN, 4.2 * MIN)).toBe("about 4 min (up to 4 min)");
  });

  it("says why there is none", () => {
    expect(describeNoEstimate("closed")).toBe("Unknown: no platform takes bots");
    expect(describeNoEstimate("no_history")).toBe("Unknown until a bot has ended");
  });
});
