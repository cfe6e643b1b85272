import { describe, expect, it } from "vitest";
import { formatIsoDuration, formatShortDuration } from "./duration.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("a length of time beside its words", () => {
  it("is never negative", () => {
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
