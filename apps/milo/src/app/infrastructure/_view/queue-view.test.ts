import { describe, expect, it } from "vitest";
import { countChanges } from "../../_live/hold-rows.ts";
import { placesBeside, type QueuedBot, queuePrint, readPriority } from "./queue-view.ts";

const rows = (...positions: number[]) => positions.map((position) => ({ id: position * 10, position }));

describe("the pages of the queue", () => {
  it("end where the queue does", () => {
    expect(placesBeside([], 0)).toEqual({ front: null, back: null });
    expect(placesBeside(rows(1, 2), 2)).toEqual({ front: null, back: null });
    expect(placesBeside(rows(1, 2), 3)).toEqual({ front: null, back: { after: 20 } });
  });

  it("lead to the front itself where a page in front would be cut short", () => {
    expect(placesBeside(rows(51, 52), 52).front).toEqual({});
    expect(placesBeside(rows(40), 40).front).toEqual({});
    expect(placesBeside(rows(101), 101).front).toEqual({ before: 1_010 });
  });
});

it("a priority is a whole number within its range, however its minus is typed", () => {
  expect(["5", " -5 ", "−5", "1000", "-1000"].map(readPriority)).toEqual([5, -5, -5, 1_000, -1_000]);
  expect(["", " ", "1.5", "1001", "ten"].map(readPriority)).toEqual([null, null, null, null, null]);
});

describe("what has changed in a table that stands still", () => {
  const bot = (id: number, change: Partial<QueuedBot> = {}): QueuedBot => ({
    id,
    botId: id,
    botName: "Stand-up",
    platform: "zoom",
    queuedAt: new Date(0),
    timeoutAt: new Date(60_000),
    position: 1,
    priority: 0,
    waitingFor: "k8s",
    reason: "",
    cause: "K8s is full (3/3)",
    next: { what: "tries AWS", at: new Date(30_000) },
    nextStage: "aws",
    nextStageAt: new Date(30_000),
    waitedMs: 0,
    timeLeftMs: 60_000,
    estimate: null,
    noEstimate: "no_history",
    ...change,
  });
  const count = (held: QueuedBot[], latest: QueuedBot[]) =>
    countChanges(held, latest, { keyOf: ({ id }) => id, printOf: queuePrint });

  it("is who came, who went and who says something else", () => {
    expect(count([bot(1), bot(2), bot(3)], [bot(2, { priority: 5 }), bot(3), bot(4)])).toBe(3);
  });

  it("is nothing when only time went by or those ahead left their places", () => {
    const later = { waitedMs: 1_000, timeLeftMs: 59_000, position: 3, reason: "in 29 s" };
    expect(count([bot(1)], [bot(1, { ...later, estimate: { ms: 1, lowMs: 0, highMs: 2 } })])).toBe(0);
  });

  it("is who stands elsewhere when nobody came or went", () => {
    expect(count([bot(1), bot(2), bot(3)], [bot(2), bot(1), bot(3)])).toBe(2);
  });
});
