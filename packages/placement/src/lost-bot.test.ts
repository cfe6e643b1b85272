import { describe, expect, it } from "vitest";
import { BOT_STATUSES, canBotMove } from "./bot-status.ts";
import { decideReplacement, type LostBot, MAX_REPLACEMENTS, REPLACE_POLICIES } from "./lost-bot.ts";

const NOW = 1_000_000;
const lost = (change: Partial<LostBot> = {}): LostBot => ({
  status: "IN_CALL",
  stopRequested: false,
  infrastructure: true,
  replacements: 0,
  meetingEndsByMs: NOW + 60_000,
  nowMs: NOW,
  ...change,
});

describe("replacing a bot whose container is lost", () => {
  it.each([
    [
      "before joining, by infrastructure",
      { status: "IN_WAITING_ROOM" },
      { none: true, infrastructure: true, any: true },
    ],
    ["in its call, by infrastructure", {}, { none: false, infrastructure: true, any: true }],
    ["before joining, by its own fault", { status: "JOINING_CALL", infrastructure: false }, { any: true }],
    ["in its call, by its own fault", { infrastructure: false }, { any: true }],
  ] as const)("%s: is up to the policy", (_, change, expected) => {
    for (const policy of REPLACE_POLICIES) {
      const replaced = (expected as Partial<Record<typeof policy, boolean>>)[policy] ?? false;
      expect(decideReplacement(lost(change), policy).replace, policy).toBe(replaced);
    }
  });

  it.each([
    ["that was told to stop", { stopRequested: true }],
    ["whose time is over", { meetingEndsByMs: NOW }],
    ["of which nobody knows how long it may stay", { meetingEndsByMs: null }],
    ["that was replaced as often as is allowed", { replacements: MAX_REPLACEMENTS }],
  ])("is never done for one %s, and says why", (_, change) => {
    for (const policy of REPLACE_POLICIES) {
      const decision = decideReplacement(lost({ ...change, status: "JOINING_CALL" }), policy);
      expect(decision).toEqual({ replace: false, why: expect.stringMatching(/\w/) });
    }
  });

  it("is only done from where a bot may go back to the queue", () => {
    for (const status of BOT_STATUSES) {
      if (decideReplacement(lost({ status }), "any").replace) expect(canBotMove(status, "QUEUED"), status).toBe(true);
    }
    expect(decideReplacement(lost({ status: "LEAVING" }), "any").replace).toBe(false);
  });
});
