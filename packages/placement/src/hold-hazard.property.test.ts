import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { measureHoldHazard, remainingMs } from "./hold-hazard.ts";

const DAY_MS = 86_400_000;
const anyMs = fc.integer({ min: 1, max: DAY_MS / 4 });
const anyWatched = fc.record({
  windowMs: fc.integer({ min: 1, max: DAY_MS }),
  ended: fc.array(fc.record({ heldMs: anyMs, agoMs: fc.nat(DAY_MS) }), { maxLength: 30 }),
  agesMs: fc.array(anyMs, { maxLength: 30 }),
});
const anyDraw = fc.double({ min: 1e-6, max: 20, noNaN: true });
/** The draw at which as many holds end sooner as later. */
const MEDIAN_DRAW = Math.LN2;

describe("how much longer a slot is held", () => {
  it("is positive and grows with the draw, and for ever only while nothing ever ended", () => {
    fc.assert(
      fc.property(anyWatched, fc.nat(DAY_MS), anyDraw, anyDraw, (watched, ageMs, one, other) => {
        const hold = measureHoldHazard([watched]);
        const sooner = remainingMs(hold, ageMs, Math.min(one, other));
        const later = remainingMs(hold, ageMs, Math.max(one, other));
        expect(sooner).toBeGreaterThanOrEqual(0);
        expect(later).toBeGreaterThanOrEqual(sooner);
        expect(Number.isFinite(later)).toBe(watched.ended.length > 0);
      }),
    );
  });

  it("is the rest of the usual when all hold equally long", () => {
    const ended = Array.from({ length: 100 }, (_, n) => ({ heldMs: 60_000 + n, agoMs: n }));
    const hold = measureHoldHazard([{ windowMs: DAY_MS, ended, agesMs: [] }]);
    expect(remainingMs(hold, 50_000, MEDIAN_DRAW)).toBeGreaterThan(8_000);
    expect(remainingMs(hold, 50_000, MEDIAN_DRAW)).toBeLessThan(10_100);
  });

  it("is not as short as what has ended while most go on: those that run count as having lasted so far", () => {
    const ended = Array.from({ length: 10 }, () => ({ heldMs: 60_000, agoMs: 600_000 }));
    const going = Array.from({ length: 90 }, () => 660_000);
    const few = measureHoldHazard([{ windowMs: DAY_MS, ended, agesMs: [] }]);
    const many = measureHoldHazard([{ windowMs: DAY_MS, ended, agesMs: going }]);
    expect(remainingMs(few, 0, MEDIAN_DRAW)).toBeLessThan(120_000);
    expect(remainingMs(many, 0, MEDIAN_DRAW)).toBeGreaterThan(1_000_000);
  });

  it("counts of a hold that began before the watch only what was watched", () => {
    // Two of four end at an age of an hour; the watch of the last minute has seen four long ones and no young one.
    const ended = [1, 2].map((n) => ({ heldMs: 3_600_000, agoMs: n }));
    const seen = { ended, agesMs: [3_610_000, 3_620_000] };
    const short = measureHoldHazard([{ windowMs: 60_000, ...seen }]);
    expect(short.hazards.at(-1)).toBeCloseTo(1 / 4 + 1 / 3);
    const late = { windowMs: 60_000, ended: [{ heldMs: 10_000, agoMs: 0 }, ...ended], agesMs: seen.agesMs };
    expect(measureHoldHazard([late]).hazards[1], "the long ones were not watched when they were young").toBe(1);
  });
});
