import { describe, expect, it } from "vitest";
import { describeItems, nameAction } from "./attention-words.ts";
import { createOrderKey } from "./order-key.ts";
import { describeSent } from "./send-words.ts";
import { shownCounts, totalOf } from "./status-counts.ts";

describe("what needs attention", () => {
  it("is read out by how bad it is, in one and in many", () => {
    const items = [{ severity: "critical" }, { severity: "warning" }, { severity: "warning" }] as const;
    expect(describeItems(items)).toBe("1 critical matter and 2 warnings need attention");
    expect(describeItems([{ severity: "info" }])).toBe("1 note needs attention");
    expect(describeItems([])).toBe("Nothing needs attention");
  });

  it("has a link that says where it leads", () => {
    expect(nameAction({ href: "/bots/7", platform: "aws" })).toBe("Bot #7");
    expect(nameAction({ href: "/infrastructure#queue", platform: null })).toBe("Go to the queue");
    expect(nameAction({ href: "/infrastructure#k8s", platform: "k8s" })).toBe("Go to K8s");
    expect(nameAction({ href: "/infrastructure", platform: null })).toBe("Go to the infrastructure");
  });
});

describe("a bot that was sent", () => {
  const sent = { botId: 7, created: true, success: true };

  it.each([
    [{ ...sent, platform: "k8s" }, "It starts on K8s."],
    [sent, "It is starting."],
    [{ ...sent, queued: true }, "It waits."],
    [{ ...sent, queued: true, queuePosition: 3, estimatedWaitMs: 125_000 }, "It waits at place 3, for about 2 min."],
    [{ ...sent, success: false }, "It will not run: its page says why."],
  ] as const)("is told what became of it", (answer, words) => {
    expect(describeSent(answer)).toBe(words);
  });
});

describe("an order that is sent again", () => {
  it("bears the same key until it is answered or changed, so that one bot comes of it", () => {
    const key = createOrderKey();
    const first = key.of({ meetingUrl: "https://zoom.us/j/1" });
    expect(key.of({ meetingUrl: "https://zoom.us/j/1" })).toBe(first);
    expect(key.of({ meetingUrl: "https://zoom.us/j/2" })).not.toBe(first);
    const again = key.of({ meetingUrl: "https://zoom.us/j/1" });
    key.forget();
    expect(key.of({ meetingUrl: "https://zoom.us/j/1" })).not.toBe(again);
    expect(first).toMatch(/^console-[a-z0-9]{16,}$/);
  });
});

describe("counts by status", () => {
  it("leave out what is scheduled where nothing can be", () => {
    const queued = { status: "QUEUED", count: 0 } as const;
    expect(shownCounts([{ status: "SCHEDULED", count: 0 }, queued])).toEqual([queued]);
    expect(shownCounts([{ status: "SCHEDULED", count: 2 }, queued])).toHaveLength(2);
  });

  it("sum up", () => {
    expect(totalOf([])).toBe(0);
    expect(
      totalOf([
        { status: "QUEUED", count: 2 },
        { status: "IN_CALL", count: 3 },
      ]),
    ).toBe(5);
  });
});
