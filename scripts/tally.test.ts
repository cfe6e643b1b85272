import { describe, expect, it } from "vitest";
import { addTallies, judgeSuite, parseTallies, tallyLine } from "./tally.ts";

const tally = (passed: number, failed: number, skipped = 0) => ({ passed, failed, skipped });

describe("the tally", () => {
  it("is one line that names what was skipped only when something was", () => {
    expect(tallyLine(tally(3, 0))).toBe("3 passed, 0 failed");
    expect(tallyLine(tally(3, 1, 2))).toBe("3 passed, 1 failed, 2 skipped");
  });

  it("sums over suites", () => {
    expect(addTallies([tally(1, 2, 3), tally(10, 20, 30)])).toEqual(tally(11, 22, 33));
  });

  it("counts a suite that crashed before it reported as a failure", () => {
    expect(judgeSuite([], null)).toEqual(tally(0, 1));
  });

  it("counts a suite that reports nothing as a failure, even when it ended well", () => {
    expect(judgeSuite([], 0)).toEqual(tally(0, 1));
  });

  it("counts a suite that failed without a failed test as a failure", () => {
    expect(judgeSuite([tally(5, 0)], 1)).toEqual(tally(5, 1));
  });

  it("counts the failures a suite reported only once", () => {
    expect(judgeSuite([tally(5, 2)], 1)).toEqual(tally(5, 2));
  });

  it("refuses a report that is not a tally", () => {
    expect(() => parseTallies('{"passed":1}')).toThrow("Not a tally");
  });
});
