import { describe, expect, it } from "vitest";
import { describeModeOrder, describePlatformState, type PlatformInfo } from "./platform-state.ts";

const SINCE = new Date(0);
const CLOSED: PlatformInfo["breaker"] = { state: "closed", reason: null, since: SINCE, opensUntil: null };
const info = (change: Partial<PlatformInfo> = {}) => ({
  mode: "enabled" as const,
  modeReason: null,
  modeSince: SINCE,
  breaker: CLOSED,
  ...change,
});

describe("what keeps a platform from taking bots", () => {
  it("is nothing when all is well", () => {
    expect(describePlatformState(info(), { isHealthy: true, isChecked: true })).toEqual([]);
  });

  it("is an operator's order, with the reason and since when", () => {
    const [line] = describePlatformState(info({ mode: "hold", modeReason: "upgrading the cluster" }), {
      isHealthy: true,
      isChecked: true,
    });
    expect(line).toMatchObject({
      tone: "wait",
      text: "On hold: takes no new bots – upgrading the cluster",
      since: SINCE,
    });
    const [drained] = describePlatformState(info({ mode: "drain" }), { isHealthy: true, isChecked: true });
    expect(drained?.text).toMatch(/running ones leave; no reason was given$/);
  });

  it("is its failures, and when it is tried again", () => {
    const opensUntil = new Date(42_000);
    const breaker = { ...CLOSED, state: "open" as const, reason: "3 launches failed", opensUntil };
    const lines = describePlatformState(info({ breaker }), { isHealthy: false, isChecked: true });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ tone: "bad", text: "Takes no bots after failures – 3 launches failed" });
    expect(lines[0]?.until).toEqual({ what: "tried again", at: opensUntil });
  });

  it("is its health where nothing else says why", () => {
    const unhealthy = describePlatformState(info(), { isHealthy: false, isChecked: true });
    expect(unhealthy.map(({ key }) => key)).toEqual(["health"]);
    expect(describePlatformState(info(), { isHealthy: false, isChecked: false })).toEqual([]);
  });
});

describe("the question before an order to a platform", () => {
  it("says before a drain how many bots will be told to leave", () => {
    const order = describeModeOrder("aws", "drain", { starting: 1, running: 12 });
    expect(order.description).toContain("12 bots will be told to leave, and 1 more bot as soon as it has started");
    expect(order.confirmLabel).toBe("Drain AWS: 13 bots leave");
    expect(describeModeOrder("aws", "drain", { starting: 0, running: 1 }).confirmLabel).toBe("Drain AWS: 1 bot leaves");
  });

  it("says of a hold that running bots stay", () => {
    expect(describeModeOrder("k8s", "hold", undefined).description).toContain("Bots that run there go on");
  });
});
