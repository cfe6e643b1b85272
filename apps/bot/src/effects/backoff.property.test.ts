import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, CALL_BACKOFF } from "./backoff.ts";

describe("the back-off", () => {
  it("never comes back at once and never waits longer than its maximum, however often it failed", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5_000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (failures, random) => {
          const waitMs = backoffMs(failures, random);
          expect(waitMs).toBeGreaterThanOrEqual(CALL_BACKOFF.baseMs / 2);
          expect(waitMs).toBeLessThanOrEqual(CALL_BACKOFF.maximumMs);
        },
      ),
    );
  });

  it("doubles until it reaches its maximum", () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 1))).toEqual([250, 500, 1_000, 2_000]);
  });
});
