import { describe, expect, it } from "vitest";
import { tellSpan } from "./bot-span.ts";

const at = (seconds: number) => new Date(seconds * 1_000);
const bot = { status: "QUEUED", createdAt: at(1), queuedAt: at(2), startedAt: null, endedAt: null } as const;

describe("how long a bot has been at it", () => {
  it.each([
    ["waits", bot, { word: "waiting", sinceMs: 2_000, untilMs: null }],
    ["waits in no queue yet", { ...bot, queuedAt: null }, { word: "waiting", sinceMs: 1_000, untilMs: null }],
    ["starts", { ...bot, status: "DEPLOYING" }, { word: "waiting", sinceMs: 2_000, untilMs: null }],
    ["runs", { ...bot, status: "IN_CALL", startedAt: at(9) }, { word: "running", sinceMs: 9_000, untilMs: null }],
    ["waits for another container", { ...bot, startedAt: at(9) }, { word: "waiting", sinceMs: 2_000, untilMs: null }],
    [
      "ran",
      { ...bot, status: "DONE", startedAt: at(9), endedAt: at(20) },
      { word: "ran", sinceMs: 9_000, untilMs: 20_000 },
    ],
    ["never ran", { ...bot, status: "CANCELLED", endedAt: at(5) }, { word: "waited", sinceMs: 2_000, untilMs: 5_000 }],
  ] as const)("one that %s", (_, one, span) => {
    expect(tellSpan(one)).toEqual(span);
  });
});
