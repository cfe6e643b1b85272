import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyPlatformPlan, SPEC_PLAN } from "./placement.testkit.ts";
import { closingWaitMs, FIRST_PASS_MS, SHORTEST_WAIT_MS, totalWaitMs, waitPlanFor } from "./wait-plan.ts";

/** 0, or long enough to be kept to. */
const anyCap = fc.oneof(fc.constant(0), fc.integer({ min: SHORTEST_WAIT_MS, max: 400_000_000 }));

describe("the waits of one bot", () => {
  it("are the installation's own without a caller's cap, or with one beyond them", () => {
    fc.assert(
      fc.property(anyPlatformPlan, fc.nat(1_000), (plan, extra) => {
        const own = waitPlanFor(plan);
        expect(own.stages.map((s) => s.platform)).toEqual(plan.platforms.map((p) => p.platform));
        expect(own.stages.map((s) => s.waitMs)).toEqual(plan.platforms.map((p) => p.queueTimeoutMs));
        expect(own.globalWaitMs).toBe(plan.globalQueueTimeoutMs);
        expect(waitPlanFor(plan, totalWaitMs(own) + extra)).toEqual(own);
      }),
    );
  });

  it("add up to exactly the cap when it is shorter, and no wait grows", () => {
    fc.assert(
      fc.property(anyPlatformPlan, anyCap, (plan, cap) => {
        const own = waitPlanFor(plan);
        const capped = waitPlanFor(plan, cap);
        expect(totalWaitMs(capped)).toBe(Math.min(cap, totalWaitMs(own)));
        for (const [i, stage] of capped.stages.entries()) {
          expect(stage.waitMs).toBeGreaterThanOrEqual(0);
          expect(stage.waitMs).toBeLessThanOrEqual(own.stages[i]?.waitMs ?? -1);
        }
        expect(capped.globalWaitMs).toBeLessThanOrEqual(own.globalWaitMs);
      }),
    );
  });

  it("shrink in the same proportion, to the millisecond", () => {
    fc.assert(
      fc.property(anyPlatformPlan, anyCap, (plan, cap) => {
        const own = waitPlanFor(plan);
        const share = Math.min(1, cap / Math.max(1, totalWaitMs(own)));
        for (const [i, stage] of waitPlanFor(plan, cap).stages.entries()) {
          expect(Math.abs(stage.waitMs - (own.stages[i]?.waitMs ?? 0) * share)).toBeLessThanOrEqual(1.001);
        }
      }),
    );
  });

  it("offer every platform before the bot gives up, whatever the cap", () => {
    fc.assert(
      fc.property(anyPlatformPlan, anyCap, (plan, cap) => {
        const capped = waitPlanFor(plan, cap);
        const offeredAt = capped.stages.slice(0, -1).reduce((sum, s) => sum + s.waitMs, 0);
        const givesUpAt = capped.stages.reduce((sum, s) => sum + s.waitMs, closingWaitMs(capped));
        expect(offeredAt).toBeLessThan(givesUpAt);
      }),
    );
  });

  it("are none at all when the cap is shorter than deadlines can be kept to", () => {
    for (const cap of [1, 20, SHORTEST_WAIT_MS - 1]) {
      expect(waitPlanFor(SPEC_PLAN, cap)).toEqual(waitPlanFor(SPEC_PLAN, 0));
    }
    expect(totalWaitMs(waitPlanFor(SPEC_PLAN, SHORTEST_WAIT_MS))).toBe(SHORTEST_WAIT_MS);
  });

  it("leave one pass, and no more, to a bot that may not wait", () => {
    expect(waitPlanFor(SPEC_PLAN, 0)).toEqual({
      stages: [
        { platform: "k8s", waitMs: 0 },
        { platform: "aws", waitMs: 0 },
        { platform: "coolify", waitMs: 0 },
      ],
      globalWaitMs: 0,
    });
    expect(closingWaitMs(waitPlanFor(SPEC_PLAN, 0))).toBe(FIRST_PASS_MS);
    expect(closingWaitMs(waitPlanFor(SPEC_PLAN))).toBe(600_000);
  });

  it("shrink the specification's defaults to a third for a bot that waits at most 330 s", () => {
    expect(waitPlanFor(SPEC_PLAN, 330_000)).toEqual({
      stages: [
        { platform: "k8s", waitMs: 20_000 },
        { platform: "aws", waitMs: 10_000 },
        { platform: "coolify", waitMs: 100_000 },
      ],
      globalWaitMs: 200_000,
    });
  });
});
