import { describe, expect, it } from "vitest";
import { formatDuration } from "./duration-words.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("a length of time in words", () => {
  it.each([
    [0, "0 s"],
    [400, "0 s"],
    [6_000, "6 s"],
    [45_400, "45 s"],
    [MINUTE_MS, "1 min"],
    [72_000, "1 min 12 s"],
    [85_000, "1 min 25 s"],
    [125_000, "2 min 05 s"],
    [2 * MINUTE_MS, "2 min"],
    [HOUR_MS, "1 h"],
    [65 * MINUTE_MS, "1 h 05 min"],
    [52 * HOUR_MS, "2 d 04 h"],
    [3 * DAY_MS, "3 d"],
  ])("says %i ms as %s: its two largest units, one when the other is nothing", (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });

  it("never reads 60 of a unit that goes to 59", () => {
    const lengths = [59_700, HOUR_MS - 400, DAY_MS - 10_000, 2 * DAY_MS - MINUTE_MS];
    expect(lengths.map(formatDuration)).toEqual(["1 min", "1 h", "1 d", "2 d"]);
  });

  it("is never negative", () => {
    expect(formatDuration(-5_000)).toBe("0 s");
  });
});
