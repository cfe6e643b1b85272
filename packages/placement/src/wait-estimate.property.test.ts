import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulateDay } from "./wait-estimate.testkit.ts";
import { estimateWaitMs } from "./wait-estimate.ts";

const anyHeld = fc.array(fc.integer({ min: 1, max: 14_400_000 }), { minLength: 1, maxLength: 40 });
const anyAges = fc.array(fc.integer({ min: 0, max: 14_400_000 }), { maxLength: 40 });

describe("an estimated wait", () => {
  it("is zero with a free slot for everyone ahead and oneself", () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer({ min: 1, max: 50 }), anyAges, (ahead, spare, agesMs) => {
        expect(estimateWaitMs({ ahead, freeSlots: ahead + spare, agesMs, heldMs: [] })).toBe(0);
      }),
    );
  });

  it("is unknown while nothing was ever seen to end, or there is no slot at all", () => {
    fc.assert(
      fc.property(fc.nat(50), anyAges, anyHeld, (ahead, agesMs, heldMs) => {
        expect(estimateWaitMs({ ahead, freeSlots: 0, agesMs, heldMs: [] })).toBeNull();
        expect(estimateWaitMs({ ahead, freeSlots: 0, agesMs: [], heldMs })).toBeNull();
      }),
    );
  });

  it("never gets shorter further back in the queue, nor longer with more free slots", () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(5), anyAges, anyHeld, (ahead, freeSlots, agesMs, heldMs) => {
        fc.pre(agesMs.length + freeSlots > 0);
        const here = estimateWaitMs({ ahead, freeSlots, agesMs, heldMs }) ?? Number.NaN;
        const behind = estimateWaitMs({ ahead: ahead + 1, freeSlots, agesMs, heldMs }) ?? Number.NaN;
        const roomier = estimateWaitMs({ ahead, freeSlots: freeSlots + 1, agesMs, heldMs }) ?? Number.NaN;
        expect(here).toBeGreaterThanOrEqual(0);
        expect(behind).toBeGreaterThanOrEqual(here);
        expect(roomier).toBeLessThanOrEqual(here);
      }),
    );
  });

  it("is what the ages say when every bot holds its slot equally long", () => {
    const seen = { freeSlots: 0, agesMs: [50_000, 10_000], heldMs: [60_000, 60_000, 60_000] };
    expect([0, 1, 2, 3, 4].map((ahead) => estimateWaitMs({ ahead, ...seen }))).toEqual([
      10_000, 50_000, 70_000, 110_000, 130_000,
    ]);
  });

  it("does not wait for ever for a bot that outlasted all seen before", () => {
    expect(estimateWaitMs({ ahead: 0, freeSlots: 0, agesMs: [99_000], heldMs: [40_000, 60_000] })).toBe(5_000);
  });

  it("comes nearer to the truth on simulated days than place in the queue times the mean hold", () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const day = simulateDay({ seed, slots: 30, bots: 1_500, holdMs: 2_400_000, load: 1.1 });
      expect(day.waits.length, `seed ${seed}`).toBeGreaterThan(200);
      const error = mean(day.waits.map((w) => Math.abs(w.estimateMs - w.actualMs)));
      const naive = mean(day.waits.map((w) => Math.abs(w.naiveMs - w.actualMs)));
      const actual = mean(day.waits.map((w) => w.actualMs));
      expect(error, `seed ${seed}`).toBeLessThan(naive / 3);
      expect(error, `seed ${seed}`).toBeLessThan(actual / 2);
    }
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
}
