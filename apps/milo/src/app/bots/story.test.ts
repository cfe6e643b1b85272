import { describe, expect, it } from "vitest";
import type { TimelineItem } from "#server/api/services/timeline/timeline.ts";
import { isOver, tellStory, toneOf } from "./story.ts";

const at = (seconds: number) => new Date(seconds * 1_000);
const queued = { kind: "queued", at: at(0), code: "QUEUED", message: "Accepted", status: "QUEUED" } as const;
const attempt = (phase: string) =>
  ({
    ...{ kind: "attempt", at: at(5), code: "ADMITTED", message: "Took a slot", status: "DEPLOYING" },
    attempt: { attempt: 1, platform: "aws", phase },
  }) as TimelineItem;
const step = { kind: "step", at: at(5.5), code: "ACCEPTED", message: "AWS", status: null, attempt: 1 } as const;

describe("a bot's story", () => {
  it("says how long after the last line each came, and which attempt it is about", () => {
    const lines = tellStory([queued, attempt("RUNNING"), step]);
    expect(lines.map(({ gapMs }) => gapMs)).toEqual([null, 5_000, null]);
    expect(lines.map(({ about }) => about)).toEqual([null, null, { attempt: 1, platform: "aws" }]);
  });

  it("keeps each line's key while it grows, and gives no key twice", () => {
    const short = tellStory([queued, queued, attempt("STARTING")]).map(({ key }) => key);
    const long = tellStory([queued, queued, attempt("RUNNING"), step]).map(({ key }) => key);
    expect(long.slice(0, 3)).toEqual(short);
    expect(new Set(long).size).toBe(4);
  });

  it.each([
    ["ATTEMPT_FAILED", "step", null, "bad"],
    ["QUEUE_TIMEOUT", "status", "FATAL", "bad"],
    ["JOINED", "status", "IN_CALL", "good"],
    ["STAGE_PASSED", "stage", null, "wait"],
    ["ADMITTED", "attempt", "DEPLOYING", "info"],
    ["PRIORITY_CHANGED", "note", null, "neutral"],
  ] as const)("gives %s its colour", (code, kind, status, tone) => expect(toneOf({ code, kind, status })).toBe(tone));

  it("is over once the bot is final and nothing of it is left on a platform", () => {
    expect(isOver("IN_CALL", [attempt("RUNNING")])).toBe(false);
    expect(isOver("DONE", [attempt("STOPPING")])).toBe(false);
    expect(isOver("DONE", [attempt("ENDED")])).toBe(true);
  });
});
