import { describe, expect, it } from "vitest";
import type { LookAhead } from "#server/database/repositories/look-ahead.ts";
import { pauseUntilNext } from "./pause-until-next.ts";

const look: LookAhead = {
  snapshot: "1:1:",
  firstPass: [],
  wanted: [],
  expired: false,
  recheck: false,
  attemptsDue: false,
  leasesDue: false,
  stopping: false,
  fresh: false,
  nextDeadlineMs: null,
};
const pace = { pollMinMs: 1_000, pollMaxMs: 2_000, stretch: 1, keepsDeadlines: true, elapsedMs: 0, random: 0.5 };

describe("the rest between two passes", () => {
  it("is the poll, drawn between its bounds, when nothing is due", () => {
    expect([0, 0.5, 1].map((random) => pauseUntilNext(look, { ...pace, random }))).toEqual([1_000, 1_500, 2_000]);
  });

  it("ends at the next deadline, less what the pass took, and is never none", () => {
    const due = { ...look, nextDeadlineMs: 300 };
    expect(pauseUntilNext(due, { ...pace, elapsedMs: 40 })).toBe(260);
    expect(pauseUntilNext(due, { ...pace, elapsedMs: 500 })).toBe(5);
    expect(pauseUntilNext({ ...look, nextDeadlineMs: 9_000 }, pace)).toBe(1_500);
  });

  it("is next to none after a pass that acted on a deadline", () => {
    for (const acted of ["expired", "recheck", "attemptsDue"] as const) {
      expect(pauseUntilNext({ ...look, [acted]: true, nextDeadlineMs: 9_000 }, pace)).toBe(5);
    }
  });

  it("is longer where replicas share the polling, and keeps deadlines all the same", () => {
    expect(pauseUntilNext(look, { ...pace, stretch: 3 })).toBe(4_500);
    expect(pauseUntilNext({ ...look, nextDeadlineMs: 300 }, { ...pace, stretch: 5 })).toBe(300);
  });

  it("is the poll for one that leaves deadlines to others, until it finds one that they have left", () => {
    const leaves = { ...pace, keepsDeadlines: false };
    expect(pauseUntilNext({ ...look, nextDeadlineMs: 300 }, leaves)).toBe(1_500);
    expect(pauseUntilNext({ ...look, expired: true }, leaves)).toBe(5);
  });
});
