import { describe, expect, it } from "vitest";
import { describeNoEstimate, formatEstimate, formatGuess } from "./estimate.ts";

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
    expect(format(2.4 * H, 1.6 * H, 4 * H)).toBe("about 2 h 30 min (1 h 30 min – 4 h)");
    expect(format(85 * S, 44 * S, 130 * S)).toBe("about 1 min 30 s (45 s – 2 min)");
  });

  it("has no lower end when it may be over at once", () => {
    expect(format(30 * S, 0, 2 * MIN)).toBe("about 30 s (up to 2 min)");
    expect(format(0, 0, 30 * S)).toBe("any moment (up to 30 s)");
    expect(format(0, 0, 0)).toBe("any moment");
    expect(format(4 * MIN, 4 * MIN, 4.2 * MIN)).toBe("about 4 min (up to 4 min)");
  });

  it("is told in the units of every other length of time, never 85 s or 60 s", () => {
    const seen = [4, 42, 57.4, 57.5, 59.6, 72, 85, 299, 301, 3_599].map((seconds) => formatGuess(seconds * S));
    expect(seen.map((text) => text.replace("about ", ""))).toEqual([
      "5 s",
      "40 s",
      "55 s",
      "1 min",
      "1 min",
      "1 min",
      "1 min 30 s",
      "5 min",
      "5 min",
      "1 h",
    ]);
  });

  it("says why there is none", () => {
    expect(describeNoEstimate("closed")).toBe("Unknown: no platform takes bots");
    expect(describeNoEstimate("no_history")).toBe("Unknown until a bot has ended");
  });
});
