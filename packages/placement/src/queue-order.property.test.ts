import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareQueueOrder, PRIORITY_MAX, PRIORITY_MIN, type QueueOrderKey } from "./queue-order.ts";

const anyKey: fc.Arbitrary<QueueOrderKey> = fc.record({
  priority: fc.oneof(fc.integer({ min: -1, max: 1 }), fc.integer({ min: PRIORITY_MIN, max: PRIORITY_MAX })),
  queuedAtMs: fc.oneof(fc.nat(2), fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 })),
  id: fc.nat(5),
});

describe("the order of the queue", () => {
  it("is total: any two keys compare one way, the other way round the opposite, and equal only when the same", () => {
    fc.assert(
      fc.property(anyKey, anyKey, (a, b) => {
        expect(Math.sign(compareQueueOrder(a, b)) + Math.sign(compareQueueOrder(b, a))).toBe(0);
        const same = a.priority === b.priority && a.queuedAtMs === b.queuedAtMs && a.id === b.id;
        expect(compareQueueOrder(a, b) === 0).toBe(same);
      }),
    );
  });

  it("is transitive", () => {
    fc.assert(
      fc.property(anyKey, anyKey, anyKey, (a, b, c) => {
        fc.pre(compareQueueOrder(a, b) <= 0 && compareQueueOrder(b, c) <= 0);
        expect(compareQueueOrder(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });

  it("goes by priority first, then by arrival, then by number", () => {
    const first = { priority: 5, queuedAtMs: 900, id: 9 };
    const second = { priority: 0, queuedAtMs: 100, id: 8 };
    const third = { priority: 0, queuedAtMs: 200, id: 1 };
    const fourth = { priority: 0, queuedAtMs: 200, id: 2 };
    const last = { priority: -5, queuedAtMs: 1, id: 0 };
    expect([last, fourth, third, second, first].sort(compareQueueOrder)).toEqual([first, second, third, fourth, last]);
  });
});
