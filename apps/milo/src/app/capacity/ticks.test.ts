import { describe, expect, it } from "vitest";
import { makeTicks, makeValueTicks } from "../_components/usage/ticks.ts";
import { readSpan, spanHref } from "./span.ts";

const HOUR_MS = 3_600_000;

describe("the axis of time", () => {
  it("names whole hours by the clock on the viewer's wall", () => {
    const start = Date.UTC(2026, 10, 23, 9, 20);
    expect(makeTicks(start, start + 3 * HOUR_MS, HOUR_MS, 0)).toEqual(
      [10, 11, 12].map((hour) => Date.UTC(2026, 10, 23, hour)),
    );
    // 5 h 30 min ahead: whole hours there are half hours here.
    expect(makeTicks(start, start + 3 * HOUR_MS, HOUR_MS, 5.5 * HOUR_MS)).toEqual(
      [9, 10, 11].map((hour) => Date.UTC(2026, 10, 23, hour, 30)),
    );
    expect(makeTicks(start, start + HOUR_MS / 4, HOUR_MS, 0)).toEqual([]);
  });
});

describe("the axis of numbers", () => {
  it("names the limit where it does not run into the highest value", () => {
    expect(makeValueTicks(35, 14)).toEqual([0, 14, 35]);
    expect(makeValueTicks(15, 14)).toEqual([0, 15]);
    expect(makeValueTicks(3, 8)).toEqual([0, 8]);
    expect(makeValueTicks(100, 2)).toEqual([0, 100]);
  });
});

describe("the span of time", () => {
  it("is kept in the address, 6 h when it names none that there is", () => {
    expect(readSpan("24h")).toMatchObject({ label: "24 h", windowMs: 24 * HOUR_MS });
    for (const text of [null, undefined, "", "7d", ["1h"]]) expect(readSpan(text).value).toBe("6h");
    expect([spanHref("1h"), spanHref("6h")]).toEqual(["/capacity?span=1h", "/capacity"]);
    expect(readSpan(new URL(spanHref("1h"), "http://milo").searchParams.get("span")).value).toBe("1h");
  });
});
