import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { anyRandom } from "./placement.testkit.ts";

const anyOptions = fc.record({
  baseMs: fc.integer({ min: 1, max: 60_000 }),
  capMs: fc.integer({ min: 60_000, max: 3_600_000 }),
  random: anyRandom,
});

describe("a back-off", () => {
  it("lies between half and all of the doubled base, and never above the cap [attendee#698]", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), anyOptions, (n, options) => {
        const full = Math.min(options.capMs, options.baseMs * 2 ** (n - 1));
        const ms = backoffMs(n, options);
        expect(ms).toBeGreaterThanOrEqual(Math.floor(full / 2));
        expect(ms).toBeLessThanOrEqual(full);
        expect(Number.isSafeInteger(ms)).toBe(true);
      }),
    );
  });

  it("never gets shorter with more failures, and is spread over its whole range by chance", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), anyOptions, (n, options) => {
        expect(backoffMs(n + 1, options)).toBeGreaterThanOrEqual(backoffMs(n, options));
      }),
    );
    expect(backoffMs(3, { baseMs: 1_000, capMs: 15_000, random: 0 })).toBe(2_000);
    expect(backoffMs(3, { baseMs: 1_000, capMs: 15_000, random: 0.999_999 })).toBe(4_000);
    expect(backoffMs(0, { baseMs: 1_000, capMs: 15_000, random: 0 })).toBe(500);
  });
});
