import { describe, expect, it } from "vitest";
import { formatDuration, formatIsoDuration, formatShortDuration } from "./duration.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("a length of time", () => {
  it("is given in its two largest units, and in one when the other is nothing", () => {
    const lengths = [45_400, 125_000, 2 * MINUTE_MS, 63 * MINUTE_MS, HOUR_MS, 52 * HOUR_MS, 3 * DAY_MS];
    expect(lengths.map(formatDuration)).toEqual(["45 s", "2 min 5 s", "2 min", "1 h 3 min", "1 h", "2 d 4 h", "3 d"]);
  });

  it("never reads 60 of a unit that goes to 59", () => {
    expect(formatDuration(59_700)).toBe("1 min");
    expect(formatDuration(HOUR_MS - 400)).toBe("1 h");
    expect(formatDuration(DAY_MS - 10_000)).toBe("1 d");
  });

  it("is never negative", () => {
    expect(formatDuration(-5_000)).toBe("0 s");
    expect(formatShortDuration(-5_000)).toBe("0 s");
    expect(formatIsoDuration(-5_000)).toBe("PT0S");
  });

  it("is rounded down to one unit where there is little room", () => {
    const lengths = [999, 59_999, MINUTE_MS, HOUR_MS - 1, DAY_MS - 1, DAY_MS];
    expect(lengths.map(formatShortDuration)).toEqual(["0 s", "59 s", "1 min", "59 min", "23 h", "1 d"]);
  });

  it("is written for machines in seconds", () => {
    expect(formatIsoDuration(125_000)).toBe("PT125S");
  });
});
