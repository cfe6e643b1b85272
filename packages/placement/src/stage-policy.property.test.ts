import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyBarsOf, anyUnavailableOf, anyWaitPlan, stageIndex } from "./placement.testkit.ts";
import { advance, firstStage, openTo, recheckAtMs } from "./stage-policy.ts";
import { closingWaitMs } from "./wait-plan.ts";

const NONE = new Map();
const anyInstants = fc.array(fc.nat(1_200_000), { minLength: 1, maxLength: 12 }).map((ts) => ts.sort((a, b) => a - b));

const anyBarredStart = anyWaitPlan.chain((plan) =>
  fc
    .record({ bars: anyBarsOf(plan), notBeforeMs: fc.option(fc.nat(200_000), { nil: null }) })
    .map((held) => ({ ...firstStage(plan, 0), ...held })),
);

const anyHistory = anyWaitPlan.chain((plan) =>
  fc.record({
    start: anyBarsOf(plan).map((bars) => ({ ...firstStage(plan, 0), bars })),
    steps: fc.array(fc.tuple(fc.nat(90_000), anyUnavailableOf(plan)), { minLength: 1, maxLength: 15 }),
  }),
);

describe("stages of any plan", () => {
  it("come out the same whether noticed at each instant or late in one go", () => {
    fc.assert(
      fc.property(anyBarredStart, anyInstants, (start, instants) => {
        const last = instants.at(-1) ?? 0;
        const moves: unknown[] = [];
        let stepped = start;
        for (const nowMs of instants) {
          const step = advance(stepped, NONE, nowMs);
          moves.push(...step.moves);
          stepped = step.state;
        }
        expect({ state: stepped, moves }).toEqual(advance(start, NONE, last));
      }),
    );
  });

  it("end each where the one before ended plus its own wait", () => {
    fc.assert(
      fc.property(anyWaitPlan, fc.nat(1_200_000), (plan, nowMs) => {
        const { state } = advance(firstStage(plan, 0), NONE, nowMs);
        const through = plan.stages.slice(0, stageIndex(state) + 1).reduce((sum, s) => sum + s.waitMs, 0);
        expect(state.stageEndsAtMs).toBe(state.stage === "global" ? null : through);
        const total = plan.stages.reduce((sum, s) => sum + s.waitMs, closingWaitMs(plan));
        expect(state.timeoutAtMs).toBe(total);
      }),
    );
  });

  it("only ever move the deadline earlier, go forward, and keep what they were open to but for bars", () => {
    fc.assert(
      fc.property(anyHistory, ({ start, steps }) => {
        let nowMs = 0;
        let state = start;
        for (const [deltaMs, unavailable] of steps) {
          const before = openTo(state, nowMs);
          nowMs += deltaMs;
          const next = advance(state, unavailable, nowMs).state;
          expect(next.timeoutAtMs).toBeLessThanOrEqual(state.timeoutAtMs);
          expect(stageIndex(next)).toBeGreaterThanOrEqual(stageIndex(state));
          expect(openTo(next, nowMs)).toEqual(expect.arrayContaining([...before]));
          state = next;
        }
      }),
    );
  });

  it("are open to the platforms of the plan reached so far, in their order, and to the barred ones not", () => {
    fc.assert(
      fc.property(anyBarredStart, fc.nat(1_200_000), (start, nowMs) => {
        const { state } = advance(start, NONE, nowMs);
        const reached = state.plan.stages.map((s) => s.platform).slice(0, stageIndex(state) + 1);
        const barred = start.bars
          .filter((b) => (b.untilMs === null ? state.stage !== "global" : b.untilMs > nowMs))
          .map((b) => b.platform);
        const resting = start.notBeforeMs !== null && nowMs < start.notBeforeMs;
        expect(openTo(state, nowMs)).toEqual(resting ? [] : reached.filter((p) => !barred.includes(p)));
      }),
    );
  });

  it("pass nothing early while no platform of the plan takes bots", () => {
    fc.assert(
      fc.property(anyBarredStart, fc.nat(1_200_000), (start, nowMs) => {
        const all = new Map(start.plan.stages.map((s) => [s.platform, "breaker open"]));
        expect(advance(start, all, nowMs)).toEqual(advance(start, NONE, nowMs));
      }),
    );
  });

  it("never expire an entry by moving it on", () => {
    fc.assert(
      fc.property(anyHistory, ({ start, steps }) => {
        let nowMs = 0;
        let state = start;
        for (const [deltaMs, unavailable] of steps) {
          nowMs += deltaMs;
          if (nowMs >= state.timeoutAtMs) return;
          state = advance(state, unavailable, nowMs).state;
          expect(state.timeoutAtMs).toBeGreaterThan(nowMs);
        }
      }),
    );
  });

  it("never rest on a platform that takes no bots while another does", () => {
    fc.assert(
      fc.property(anyHistory, ({ start, steps: [step] }) => {
        const [nowMs, unavailable] = step ?? [0, NONE];
        const { state } = advance(start, unavailable, nowMs);
        const someTake = start.plan.stages.some((s) => !unavailable.has(s.platform));
        expect(someTake && state.stage !== "global" && unavailable.has(state.stage)).toBe(false);
      }),
    );
  });

  it("answer the same until the moment they say to look again", () => {
    fc.assert(
      fc.property(anyBarredStart, fc.nat(600_000), fc.nat(1_000_000), (start, nowMs, laterMs) => {
        const recheckMs = recheckAtMs(start, nowMs) ?? Number.POSITIVE_INFINITY;
        expect(recheckMs).toBeGreaterThanOrEqual(nowMs);
        fc.pre(recheckMs > nowMs);
        const laterButBeforeMs = nowMs + Math.min(laterMs, recheckMs - nowMs - 1);
        expect(openTo(start, laterButBeforeMs)).toEqual(openTo(start, nowMs));
        expect(advance(start, NONE, laterButBeforeMs)).toEqual(advance(start, NONE, nowMs));
      }),
    );
  });
});
