import { describe, expect, it } from "vitest";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import { explainParts, explainWait, nextStage } from "./explain-wait.ts";

const NOW = 1_000_000;
const state = (platform: PlatformState["platform"], change: Partial<PlatformState> = {}): PlatformState => ({
  platform,
  position: 0,
  used: 30,
  limit: 30,
  mode: "enabled",
  modeReason: null,
  modeSince: new Date(0),
  massStop: null,
  breaker: { state: "closed", reason: null, since: new Date(0), opensUntil: null },
  closedReason: null,
  healthy: true,
  ...change,
});
const platforms = (...states: PlatformState[]) => new Map(states.map((one) => [one.platform, one]));
type Entry = Parameters<typeof explainWait>[0];
const entry = (change: Partial<Entry> = {}): Entry => ({
  plan: {
    stages: [
      { platform: "k8s", waitMs: 60_000 },
      { platform: "aws", waitMs: 30_000 },
    ],
    globalWaitMs: 600_000,
  },
  stage: "k8s",
  stageEndsAtMs: NOW + 42_000,
  timeoutAtMs: NOW + 700_000,
  notBeforeMs: null,
  bars: [],
  openTo: ["k8s"],
  lastFailure: null,
  ...change,
});

describe("explainParts", () => {
  it("says why, what comes next and when, for who counts down to it", () => {
    const full = platforms(state("k8s"));
    const next = { what: "tries AWS", at: new Date(NOW + 42_000) };
    expect(explainParts(entry(), full, NOW)).toEqual({ cause: "K8s is full (30/30)", next });
    const last = entry({ stage: "global", stageEndsAtMs: null });
    expect(explainParts(last, full, NOW).next).toEqual({ what: "gives up", at: new Date(NOW + 700_000) });
    const failed = entry({ notBeforeMs: NOW + 5_000, lastFailure: "no image" });
    expect(explainParts(failed, full, NOW).next).toEqual({ what: "tries again", at: new Date(NOW + 5_000) });
  });
});

describe("explainWait", () => {
  it("says which platform is full and what comes next", () => {
    expect(explainWait(entry(), platforms(state("k8s")), NOW)).toBe("K8s is full (30/30); tries AWS in 42 s");
  });

  it("names the stage that is reached: those whose platform takes no bots are passed at once", () => {
    const k8s = state("k8s");
    const held = state("aws", { mode: "hold", closedReason: "is on hold" });
    expect(explainWait(entry(), platforms(k8s, held), NOW)).toBe("K8s is full (30/30); tries any platform in 42 s");
    const stages = [...entry().plan.stages, { platform: "coolify" as const, waitMs: 30_000 }];
    const three = entry({ plan: { ...entry().plan, stages } });
    expect(explainWait(three, platforms(k8s, held, state("coolify")), NOW)).toMatch(/; tries Coolify in 42 s$/);
    expect(nextStage(three, platforms(k8s, held, state("coolify")))).toBe("coolify");
    const breaker = { state: "open", reason: "HTTP 500", since: new Date(0), opensUntil: null } as const;
    expect(explainWait(three, platforms(k8s, state("aws", { breaker })), NOW)).toMatch(/; tries Coolify in 42 s$/);
    const all = platforms(state("k8s", { mode: "hold" }), held, state("coolify", { mode: "drain" }));
    expect(explainWait(three, all, NOW), "none is passed early").toMatch(/; tries AWS in 42 s$/);
    const refused = state("aws", { closedReason: "has just refused for lack of capacity" });
    expect(explainWait(three, platforms(k8s, refused), NOW), "it is waited for").toMatch(/; tries AWS in 42 s$/);
  });

  it("says when it gives up in the global stage", () => {
    const last = entry({ stage: "global", stageEndsAtMs: null, openTo: ["k8s", "aws"] });
    const text = explainWait(last, platforms(state("k8s"), state("aws", { used: 5, limit: 5 })), NOW);
    expect(text).toBe("K8s is full (30/30), AWS is full (5/5); gives up in 11 min 40 s");
  });

  it("names a platform that refused it, is closed, takes nothing or is not in use", () => {
    const bars = [{ platform: "aws" as const, untilMs: null, reason: "no subnets" }];
    expect(explainWait(entry({ bars }), platforms(state("k8s", { closedReason: "is on hold" })), NOW)).toBe(
      "K8s is on hold, AWS refused it (no subnets); tries AWS in 42 s",
    );
    expect(explainWait(entry(), platforms(state("k8s", { limit: 0, used: 0 })), NOW)).toMatch(
      /takes no bots \(limit 0\)/,
    );
    expect(explainWait(entry(), platforms(), NOW)).toMatch(/K8s is not in use/);
  });

  it("says when it tries again after a failure", () => {
    const backingOff = entry({
      notBeforeMs: NOW + 3_000,
      openTo: [],
      lastFailure: "K8s, attempt 2 (transient): reset",
    });
    expect(explainWait(backingOff, platforms(), NOW)).toBe(
      "The last attempt failed (K8s, attempt 2 (transient): reset); tries again in 3 s",
    );
  });

  it.each([{}, { stages: [], globalWaitMs: 0 }])("explains an entry whose plan is %j", (plan) => {
    expect(explainWait(entry({ plan: plan as Entry["plan"] }), platforms(state("k8s")), NOW)).toBe(
      "K8s is full (30/30); tries any platform in 42 s",
    );
  });

  it("does not call a platform full that has room: the next pass takes it", () => {
    expect(explainWait(entry(), platforms(state("k8s", { used: 3 })), NOW)).toMatch(/^K8s has room \(3\/30\)/);
  });
});
