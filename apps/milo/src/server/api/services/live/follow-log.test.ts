import { describe, expect, it } from "vitest";
import { advanceLog, type FollowedLog, hasSeen, needsFence } from "./follow-log.ts";
import { readCursor, writeCursor } from "./live-cursor.ts";

const START: FollowedLog = { high: 10, gaps: [] };
const look = (ids: number[], more: Partial<Parameters<typeof advanceLog>[1]> = {}) => {
  return { ids, oldestXid: 100, fenceXid: null, atMs: 0, whole: true, ...more };
};
const gap = (low: number, high = low) => expect.objectContaining({ low, high });

describe("following a log whose ids commit out of order", () => {
  it("watches what is missing, until it appears", () => {
    const ahead = advanceLog(START, look([11, 15]));
    expect(ahead).toEqual({ high: 15, gaps: [gap(12, 14)] });
    const later = advanceLog(ahead, look([13, 16]));
    expect(later).toEqual({ high: 16, gaps: [gap(12), gap(14)] });
    expect([11, 12, 13, 14, 15, 16, 17].filter((id) => hasSeen(later, id))).toEqual([11, 13, 15, 16]);
  });

  it("gives a gap up only when every transaction has ended that could fill it", () => {
    const found = advanceLog(START, look([12]));
    expect(needsFence(found)).toBe(true);
    const fenced = advanceLog(found, look([], { fenceXid: 105, atMs: 250 }));
    expect(needsFence(fenced)).toBe(false);
    const hours = 10_000_000;
    expect(advanceLog(fenced, look([], { oldestXid: 104, atMs: hours })).gaps).toEqual([gap(11)]);
    expect(advanceLog(fenced, look([], { oldestXid: 105, atMs: hours, whole: false })).gaps).toEqual([gap(11)]);
    expect(advanceLog(fenced, look([], { oldestXid: 105, atMs: 1_000 })).gaps).toEqual([gap(11)]);
    expect(advanceLog(fenced, look([], { oldestXid: 105, atMs: hours })).gaps).toEqual([]);
    expect(advanceLog(found, look([], { oldestXid: 999, atMs: hours })).gaps).toEqual([gap(11)]);
  });

  it("keeps a bounded number of gaps, the newest, and says when it forgets one", () => {
    const ids = Array.from({ length: 2_000 }, (_, n) => 12 + 2 * n);
    const { gaps, forgot } = advanceLog(START, look(ids));
    expect(forgot).toBe(true);
    expect(advanceLog(START, look(ids.slice(0, 500))).forgot).toBeUndefined();
    expect(gaps).toHaveLength(500);
    expect(gaps.at(-1)).toEqual(gap(12 + 2 * 1_999 - 1));
  });
});

describe("a viewer's cursor", () => {
  it("says where a viewer is, to whatever replica reads it", () => {
    const position = { bots: { high: 105, gaps: [{ low: 99, high: 100 }] }, platforms: { high: 17, gaps: [] } };
    expect(writeCursor(position)).toBe("105:99-100~17");
    expect(readCursor("105:99-100~17")).toEqual(position);
  });

  it("stays short, and rather claims to have seen less than more", () => {
    const gaps = Array.from({ length: 300 }, (_, n) => ({ low: 2 * n + 1, high: 2 * n + 1 }));
    const cursor = writeCursor({ bots: { high: 900, gaps }, platforms: { high: 0, gaps: [] } });
    const read = readCursor(cursor) ?? expect.fail("not read");
    expect(cursor.length).toBeLessThan(1_000);
    expect(gaps.filter(({ low }) => hasSeen(read.bots, low))).toEqual([]);
    expect(hasSeen(read.bots, 598)).toBe(true);
  });

  it.each(["", "7", "x~1", "1~2~3", "1:2~3", "-1~0", "1:5-~3"])("is not read from %j", (text) => {
    expect(readCursor(text)).toBeNull();
  });
});
