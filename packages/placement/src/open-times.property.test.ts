import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTimes, reopensInMs } from "./open-times.ts";
import { anyWaitPlan } from "./placement.testkit.ts";
import { advance, firstStage, openTo } from "./stage-policy.ts";

describe("when platforms open to a waiting bot", () => {
  it("is when the stage policy opens them, if nothing but time moves the bot on", () => {
    const anyBar = fc.record({ untilMs: fc.option(fc.nat(400_000)), reason: fc.constant("full") });
    const any = { plan: anyWaitPlan, bar: anyBar, notBeforeMs: fc.option(fc.nat(400_000)), lookMs: fc.nat(900_000) };
    fc.assert(
      fc.property(fc.record(any), fc.nat(900_000), ({ plan, bar, notBeforeMs, lookMs }, laterMs) => {
        const bars = plan.stages.slice(0, 1).map(({ platform }) => ({ platform, ...bar }));
        const { state } = advance({ ...firstStage(plan, 0), bars, notBeforeMs }, new Map(), lookMs);
        const nowMs = lookMs + laterMs;
        const opened = openTimes(state, lookMs).filter(({ inMs }) => lookMs + inMs <= nowMs);
        const { state: then } = advance(state, new Map(), nowMs);
        expect(opened.map(({ platform }) => platform)).toEqual(openTo(then, nowMs));
      }),
    );
  });
});

describe("when a failing platform takes bots again", () => {
  it("is as likely to last as long again as it has as not, and does not end before it may be tried", () => {
    expect(reopensInMs(600_000, 30_000, 0.5)).toBe(600_000);
    expect(reopensInMs(600_000, 30_000, 0.9)).toBeCloseTo(9 * 600_000, 3);
    expect(reopensInMs(10_000, 30_000, 0.5)).toBe(30_000);
    expect(reopensInMs(0, -5, 0.5)).toBe(0);
  });
});
