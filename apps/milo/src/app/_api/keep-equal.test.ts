import { describe, expect, it } from "vitest";
import { keepEqual } from "./keep-equal.ts";

describe("what was read again", () => {
  it("is the same object when nothing in it differs, dates included", () => {
    const old = { rows: [{ id: 1, at: new Date(5), tags: ["a"], none: null }], next: undefined };
    expect(keepEqual(old, structuredClone(old))).toBe(old);
  });

  it("keeps the parts that are equal and takes those that are not", () => {
    const old = [{ id: 1, at: new Date(5) }, { id: 2, at: new Date(5) }, { id: 3 }];
    const now = [
      { id: 1, at: new Date(5) },
      { id: 2, at: new Date(6) },
    ];
    const kept = keepEqual(old, now) as typeof now;
    expect(kept).toEqual(now);
    expect(kept[0]).toBe(old[0]);
    expect(kept[1]).not.toBe(old[1]);
  });

  it.each<[unknown, unknown]>([
    [{ a: undefined }, {}],
    [{}, { a: undefined }],
    [[], {}],
    [null, {}],
    [new Date(1), 1],
    [new Map(), new Map()],
  ])("takes the new one when they are not alike: %j, %j", (old, now) => {
    expect(keepEqual(old, now)).not.toBe(old);
    expect(keepEqual(old, now)).toStrictEqual(now);
  });
});
