import { describe, expect, it } from "vitest";
import { SPEC_PLAN } from "./placement.testkit.ts";
import { advance, firstStage, leaveStage, openTo, recheckAtMs, type StageState } from "./stage-policy.ts";
import { FIRST_PASS_MS, type WaitPlan, waitPlanFor } from "./wait-plan.ts";

const QUEUED_AT = 1_000_000;
const NONE = new Map();
const start = firstStage(waitPlanFor(SPEC_PLAN), QUEUED_AT);
const after = (ms: number, state = start, unavailable = NONE) => advance(state, unavailable, QUEUED_AT + ms);

describe("stages with the specification's defaults", () => {
  it.each([
    [0, "k8s", ["k8s"]],
    [59_999, "k8s", ["k8s"]],
    [60_000, "aws", ["k8s", "aws"]],
    [90_000, "coolify", ["k8s", "aws", "coolify"]],
    [389_999, "coolify", ["k8s", "aws", "coolify"]],
    [390_000, "global", ["k8s", "aws", "coolify"]],
  ])("after %i ms wait for %s and are open to %j", (ms, stage, open) => {
    const { state } = after(ms);
    expect(state.stage).toBe(stage);
    expect(openTo(state, QUEUED_AT + ms)).toEqual(open);
    expect(state.timeoutAtMs).toBe(QUEUED_AT + 990_000);
  });

  it("say what was left and why, each move once", () => {
    expect(after(95_000).moves).toEqual([
      { from: "k8s", to: "aws", why: "waited" },
      { from: "aws", to: "coolify", why: "waited" },
    ]);
    expect(after(95_000, after(95_000).state).moves).toEqual([]);
  });

  it("are looked at again when the stage ends, and in the last one not before the deadline", () => {
    expect(recheckAtMs(start, QUEUED_AT)).toBe(QUEUED_AT + 60_000);
    expect(recheckAtMs(start, QUEUED_AT + 60_000)).toBe(QUEUED_AT + 60_000);
    expect(recheckAtMs(after(390_000).state, QUEUED_AT + 390_000)).toBeNull();
  });
});

describe("a stage whose platform takes no new bots", () => {
  it("is passed at once, and every later deadline moves earlier with it", () => {
    const { state, moves } = after(10_000, start, new Map([["k8s", "held"]]));
    expect(moves).toEqual([{ from: "k8s", to: "aws", why: "platform_unavailable" }]);
    expect(state.stageEndsAtMs).toBe(QUEUED_AT + 40_000);
    expect(state.timeoutAtMs).toBe(QUEUED_AT + 940_000);
    expect(openTo(state, QUEUED_AT + 10_000)).toEqual(["k8s", "aws"]);
  });

  it("is passed together with the next one that takes none either", () => {
    const unavailable = new Map([
      ["aws", "breaker open"],
      ["coolify", "draining"],
    ]);
    const { state, moves } = after(61_000, start, unavailable);
    expect(moves.map((m) => m.why)).toEqual(["waited", "platform_unavailable", "platform_unavailable"]);
    expect(state).toMatchObject({ stage: "global", timeoutAtMs: QUEUED_AT + 661_000 });
  });

  it("is waited for when no platform of the plan takes any: nothing is passed early", () => {
    const all = new Map(SPEC_PLAN.platforms.map((p) => [p.platform, "breaker open"]));
    expect(after(10_000, start, all)).toEqual({ state: start, moves: [] });
    expect(after(70_000, start, all).moves).toEqual([{ from: "k8s", to: "aws", why: "waited" }]);
  });
});

describe("a plan with waits of 0", () => {
  it("does not wait for a platform with a timeout of 0, and stays open to it", () => {
    const plan: WaitPlan = {
      stages: [
        { platform: "k8s", waitMs: 0 },
        { platform: "aws", waitMs: 5_000 },
      ],
      globalWaitMs: 1_000,
    };
    const { state } = advance(firstStage(plan, 0), NONE, 0);
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: 5_000, timeoutAtMs: 6_000 });
    expect(openTo(state, 0)).toEqual(["k8s", "aws"]);
  });

  it("offers every platform in a first pass before it gives up", () => {
    const { state } = after(0, firstStage(waitPlanFor(SPEC_PLAN, 0), QUEUED_AT));
    expect(state.stage).toBe("global");
    expect(openTo(state, QUEUED_AT)).toEqual(["k8s", "aws", "coolify"]);
    expect(state.timeoutAtMs).toBe(QUEUED_AT + FIRST_PASS_MS);
  });

  it("offers the last platform once though neither it nor the global stage has any time", () => {
    const plan: WaitPlan = {
      stages: [
        { platform: "k8s", waitMs: 60_000 },
        { platform: "aws", waitMs: 0 },
      ],
      globalWaitMs: 0,
    };
    const { state } = advance(firstStage(plan, 0), NONE, 60_000);
    expect(openTo(state, 60_000)).toEqual(["k8s", "aws"]);
    expect(state.timeoutAtMs).toBe(60_000 + FIRST_PASS_MS);
  });

  it("lets an entry without any platform wait for the global stage alone", () => {
    const state = firstStage({ stages: [], globalWaitMs: 10 }, 0);
    expect(state).toMatchObject({ stage: "global", stageEndsAtMs: null, timeoutAtMs: 10 });
    expect(openTo(state, 0)).toEqual([]);
  });
});

describe("a stage that is left", () => {
  it("ends when it ran out, however late that is noticed, and now when it had time left", () => {
    expect(leaveStage(start, QUEUED_AT + 200_000).stageEndsAtMs).toBe(QUEUED_AT + 90_000);
    expect(leaveStage(start, QUEUED_AT + 20_000).stageEndsAtMs).toBe(QUEUED_AT + 50_000);
  });

  it("is never the global one", () => {
    const { state } = after(400_000);
    expect(leaveStage(state, QUEUED_AT + 400_000)).toBe(state);
  });
});

describe("a replacement, which gives up when its meeting ends", () => {
  it("waits for no platform for longer than that", () => {
    const replaced = { ...start, timeoutAtMs: QUEUED_AT + 70_000 };
    const { state } = after(60_000, replaced);
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: QUEUED_AT + 70_000, timeoutAtMs: QUEUED_AT + 70_000 });
  });
});

describe("bars and back-off", () => {
  const barred: StageState = {
    ...after(60_000).state,
    bars: [
      { platform: "k8s", untilMs: QUEUED_AT + 70_000, reason: "full" },
      { platform: "aws", untilMs: null, reason: "no such cluster" },
    ],
  };

  it("keep a platform out until its time, or until the global stage", () => {
    expect(openTo(barred, QUEUED_AT + 69_999)).toEqual([]);
    expect(openTo(barred, QUEUED_AT + 70_000)).toEqual(["k8s"]);
    const { state } = after(390_000, barred);
    expect(state.bars).toEqual([]);
    expect(openTo(state, QUEUED_AT + 390_000)).toEqual(["k8s", "aws", "coolify"]);
  });

  it("are forgotten once spent", () => {
    const state = { ...barred, notBeforeMs: QUEUED_AT + 70_000 };
    expect(openTo(state, QUEUED_AT + 69_999)).toEqual([]);
    expect(recheckAtMs(state, QUEUED_AT + 60_000)).toBe(QUEUED_AT + 70_000);
    const later = after(70_000, state).state;
    expect(later.notBeforeMs).toBeNull();
    expect(later.bars.map((b) => b.platform)).toEqual(["aws"]);
  });
});
