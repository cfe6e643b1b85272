import { describe, expect, it } from "vitest";
import { type BotEventFacts, tellEvent, tellFreedSlot, tellWait } from "./story-lines.ts";

const ADMITTED: BotEventFacts = {
  status: "DEPLOYING",
  code: "ADMITTED",
  message: "Took a slot on k8s (1/3 in use), attempt 1",
  priority: 0,
  meetingPlatform: "zoom",
  platform: "k8s",
  slotNo: 2,
  used: 2,
  limit: 3,
};

describe("tellEvent", () => {
  it("says where a bot goes, how full it is there, and which slot it took", () => {
    expect(tellEvent(ADMITTED)).toMatchObject({ sign: "→", what: "K8s (2/3)", why: "took slot 2" });
  });

  it("says which meeting a bot arrives for, and its priority when it has one", () => {
    const arrival = { ...ADMITTED, status: "QUEUED", code: "QUEUED", platform: null };
    expect(tellEvent(arrival)).toMatchObject({ what: "arrives", why: "Zoom" });
    expect(tellEvent({ ...arrival, priority: 5 })).toMatchObject({ why: "Zoom, priority 5" });
  });

  it("gives milo's reason for a failed attempt, whatever the bot's status", () => {
    const failed = { ...ADMITTED, status: null, code: "ATTEMPT_FAILED", message: "K8s, attempt 1 (config): no image" };
    expect(tellEvent(failed)).toMatchObject({ sign: "✗", why: "K8s, attempt 1 (config): no image" });
  });

  it("tells the end of a wait that was too long", () => {
    const expired = { ...ADMITTED, status: "FATAL", code: "QUEUE_TIMEOUT", message: "No slot came free within 2 s" };
    expect(tellEvent(expired)).toMatchObject({ what: "ends QUEUE_TIMEOUT", why: "No slot came free within 2 s" });
  });

  it("is silent about what a bot reports on its way", () => {
    expect(tellEvent({ ...ADMITTED, status: null, code: "CLAIMED" })).toBeNull();
    expect(tellEvent({ ...ADMITTED, status: "JOINING_CALL", code: "JOINING" })).toBeNull();
  });
});

describe("tellFreedSlot", () => {
  it("says which slot is free, and how full the platform is now", () => {
    const slot = { platform: "aws", slotNo: 1, used: 1, limit: 2 } as const;
    expect(tellFreedSlot(slot)).toMatchObject({ what: "AWS (1/2)", why: "its container is gone: slot 1 is free" });
  });
});

describe("tellWait", () => {
  it("says where in line a bot stands and why it waits", () => {
    expect(tellWait(2, "K8s is full (3/3)")).toMatchObject({ what: "waits, no. 2 in line", why: "K8s is full (3/3)" });
  });
});
