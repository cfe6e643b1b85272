import { afterEach, describe, expect, it, vi } from "vitest";
import { learnFromPage } from "../_live/server-clock.ts";
import { readClockMs, setClockOffsetMs } from "../_ui/clock.ts";
import { tellWait } from "./tell-wait.ts";

const NOON_MS = Date.UTC(2026, 10, 23, 12);
const MINUTE_MS = 60_000;
const told = (leftMs: number, nowMs = NOON_MS) => ({
  reason: "K8s is full (30/30); tries AWS in 42 s",
  cause: "K8s is full (30/30)",
  next: { what: "tries AWS", at: new Date(nowMs + leftMs) },
});

afterEach(() => {
  vi.useRealTimers();
  setClockOffsetMs(0);
});

describe("the reason of a wait", () => {
  it.each([
    [40_000, "K8s is full (30/30); tries AWS in 40 s"],
    [119_000, "K8s is full (30/30); tries AWS in 1 min 59 s"],
    [0, "K8s is full (30/30); tries AWS now"],
    [-9_000, "K8s is full (30/30); tries AWS now"],
  ])("with %i ms to go counts down to what comes next", (leftMs, sentence) => {
    expect(tellWait(told(leftMs), NOON_MS)).toBe(sentence);
  });

  it("is the server's sentence before the moment is known and when it does not wait", () => {
    expect(tellWait(told(40_000), null)).toBe("K8s is full (30/30); tries AWS in 42 s");
    expect(tellWait({ reason: "Failed in 3 s", cause: null, next: null }, NOON_MS)).toBe("Failed in 3 s");
    expect(tellWait({ reason: null }, NOON_MS)).toBe("");
  });

  it.each([
    ["behind", 5 * MINUTE_MS],
    ["ahead", -5 * MINUTE_MS],
  ])("is right for a viewer whose clock is five minutes %s", (_, aheadMs) => {
    vi.useFakeTimers({ now: NOON_MS });
    const serverMs = NOON_MS + aheadMs;
    learnFromPage(serverMs - 100, NOON_MS - 200, NOON_MS);
    expect(tellWait(told(42_000, serverMs), readClockMs())).toBe("K8s is full (30/30); tries AWS in 42 s");
  });
});
