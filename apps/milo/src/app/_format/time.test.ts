import { describe, expect, it } from "vitest";
import { formatAgo, formatEventTime, formatExact, formatIso, formatTimeOfDay, formatUtc } from "./time.ts";

const AT_MS = Date.UTC(2026, 10, 23, 18, 30, 5);

describe("a moment", () => {
  it("is told from now, before and after", () => {
    const seen = [0, 999, 12_000, 185_000, -300_000].map((agoMs) => formatAgo(AT_MS - agoMs, AT_MS));
    expect(seen).toEqual(["now", "now", "12 s ago", "3 min ago", "in 5 min"]);
  });

  it("is exact in the zone asked for, and names that zone", () => {
    expect(formatExact(AT_MS, "Europe/Berlin")).toBe("23 Nov 2026, 19:30:05 CET");
    expect(formatExact(AT_MS, "UTC")).toBe("23 Nov 2026, 18:30:05 UTC");
  });

  it("is a time of day with seconds where they matter", () => {
    expect(formatTimeOfDay(AT_MS, { timeZone: "Europe/Berlin" })).toBe("19:30");
    expect(formatTimeOfDay(AT_MS, { timeZone: "Europe/Berlin", seconds: true })).toBe("19:30:05");
  });

  it("of a story has its date where it was another day for the viewer, and its year where that is another", () => {
    const inBerlin = (nowMs: number) => formatEventTime(AT_MS, nowMs, "Europe/Berlin");
    expect(inBerlin(Date.UTC(2026, 10, 23, 22, 59))).toBe("19:30:05");
    expect(inBerlin(Date.UTC(2026, 10, 23, 23, 1))).toBe("23 Nov, 19:30:05");
    expect(inBerlin(Date.UTC(2027, 0, 2))).toBe("23 Nov 2026, 19:30:05");
  });

  it("is the same everywhere for the first paint and for machines", () => {
    expect(formatUtc(AT_MS)).toBe("2026-11-23 18:30 UTC");
    expect(formatIso(AT_MS)).toBe("2026-11-23T18:30:05.000Z");
  });
});
