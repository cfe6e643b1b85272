import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Breaker,
  type BreakerInput,
  type BreakerState,
  breakerWeight,
  GOOD_PROBES_MS,
  MISCONFIGURED_BASE_MS,
  MISCONFIGURED_CAP_MS,
  OPENING_FAILURES,
  RAMP_MS,
  rampPermits,
  stepBreaker,
} from "./breaker.ts";
import { FAILURE_CLASSES } from "./failure-class.ts";
import { anyRandom } from "./placement.testkit.ts";

const CLOSED: Breaker = {
  state: "closed",
  sinceMs: 0,
  reason: null,
  openUntilMs: null,
  failures: 0,
  failuresSinceMs: null,
  openings: 0,
};
const anyLaunch: fc.Arbitrary<BreakerInput> = fc.record({
  kind: fc.constant("launch"),
  outcome: fc.constantFrom("started" as const, ...FAILURE_CLASSES),
  reason: fc.constant("no"),
  current: fc.boolean(),
});
const anyProbe: fc.Arbitrary<BreakerInput> = fc.record({
  kind: fc.constant("probe"),
  good: fc.boolean(),
  forMs: fc.nat(90_000),
  reason: fc.constant("down"),
});
const anyInput = fc.oneof(
  { weight: 6, arbitrary: anyLaunch },
  { weight: 4, arbitrary: anyProbe },
  fc.constantFrom<BreakerInput>({ kind: "trial_void" }, { kind: "trial_overdue" }),
);
const anyHistory = fc.array(fc.record({ input: anyInput, afterMs: fc.nat(120_000), random: anyRandom }), {
  maxLength: 60,
});

type Step = { before: Breaker; input: BreakerInput; after: Breaker; nowMs: number };
function run(history: readonly { input: BreakerInput; afterMs: number; random: number }[]): Step[] {
  let nowMs = 0;
  let before = CLOSED;
  return history.map(({ input, afterMs, random }) => {
    nowMs += afterMs;
    const after = stepBreaker(before, input, nowMs, random);
    const step = { before, input, after, nowMs };
    before = after;
    return step;
  });
}
const always = (check: (step: Step) => void) =>
  fc.assert(
    fc.property(anyHistory, (history) => run(history).forEach(check)),
    { numRuns: 400 },
  );
const isLaunch = (input: BreakerInput) => input.kind === "launch";
const launch = (outcome: Extract<BreakerInput, { kind: "launch" }>["outcome"], current = true): BreakerInput => ({
  kind: "launch",
  outcome,
  reason: "no",
  current,
});

describe("the breaker", () => {
  it("never opens for a launch that failed for want of room, by asking to slow down or by the bot's own fault", () =>
    always(({ before, input, after }) => {
      if (input.kind !== "launch" || input.outcome === "started" || breakerWeight(input.outcome) !== "none") return;
      expect(after.state === "open").toBe(before.state === "open");
      expect(["capacity", "throttled", "transient", "invalid", "bot", "lost"]).toContain(input.outcome);
    }));

  it("goes from state to state only as it may", () => {
    const next: Record<BreakerState, BreakerState[]> = {
      closed: ["closed", "open"],
      open: ["open", "half_open"],
      half_open: ["half_open", "open", "ramping"],
      ramping: ["ramping", "open", "closed"],
    };
    always(({ before, after }) => expect(next[before.state]).toContain(after.state));
  });

  it("is half open only after its time and good probes for a while", () =>
    always(({ before, input, after, nowMs }) => {
      if (before.state !== "open" || after.state !== "half_open") return;
      expect(input).toMatchObject({ kind: "probe", good: true });
      expect(input.kind === "probe" && input.forMs).toBeGreaterThanOrEqual(GOOD_PROBES_MS);
      expect(nowMs).toBeGreaterThanOrEqual(before.openUntilMs ?? Number.POSITIVE_INFINITY);
    }));

  it("recovers by its trial alone: nothing that began before says anything", () =>
    always(({ before, input, after }) => {
      if (before.state !== "half_open" && before.state !== "ramping") return;
      if (input.kind === "launch" && !input.current && before.state === "half_open") expect(after).toBe(before);
      if (after.state === "ramping" && before.state === "half_open") expect(isLaunch(input)).toBe(true);
    }));

  it("closes only after it has ramped up for its whole time, and forgets then how often it had opened", () =>
    always(({ before, after, nowMs }) => {
      if (before.state !== "ramping" || after.state !== "closed") return;
      expect(nowMs - before.sinceMs).toBeGreaterThanOrEqual(RAMP_MS);
      expect(after).toMatchObject({ openings: 0, reason: null, openUntilMs: null, failures: 0 });
    }));

  it("stays open for a bounded time, longer when only a person can mend it", () =>
    always(({ before, input, after, nowMs }) => {
      if (before.state === "open" || after.state !== "open") return;
      const openMs = (after.openUntilMs ?? 0) - nowMs;
      expect(openMs).toBeGreaterThan(0);
      expect(openMs).toBeLessThanOrEqual(MISCONFIGURED_CAP_MS);
      if (input.kind === "launch" && breakerWeight(input.outcome) === "opens") {
        expect(openMs).toBeGreaterThanOrEqual(MISCONFIGURED_BASE_MS / 2);
      }
    }));

  it("is told to be written only when something of it changed", () =>
    always(({ before, after }) => {
      if (after !== before) expect(after).not.toEqual(before);
    }));

  it.each(["unavailable", "unknown"] as const)("opens after a run of %s without a start", (outcome) => {
    let breaker = CLOSED;
    for (let n = 1; n < OPENING_FAILURES; n++) breaker = stepBreaker(breaker, launch(outcome), n, 0);
    expect(breaker.state).toBe("closed");
    expect(stepBreaker(breaker, launch(outcome), OPENING_FAILURES, 0).state).toBe("open");
    const started = stepBreaker(breaker, launch("started"), OPENING_FAILURES, 0);
    expect(stepBreaker(started, launch(outcome), OPENING_FAILURES, 0).state).toBe("closed");
  });

  it.each(["config", "auth"] as const)("opens at once for %s", (outcome) => {
    expect(stepBreaker(CLOSED, launch(outcome), 1, 0)).toMatchObject({ state: "open", openings: 1 });
  });

  it("opens while the probe stays bad, and stays closed for one bad answer", () => {
    const bad = (forMs: number): BreakerInput => ({ kind: "probe", good: false, forMs, reason: "down" });
    expect(stepBreaker(CLOSED, bad(0), 1, 0)).toBe(CLOSED);
    expect(stepBreaker(CLOSED, bad(30_000), 1, 0)).toMatchObject({ state: "open", reason: "down" });
  });

  it("stays open twice as long each time it opens without having closed", () => {
    const openFor = (openings: number) => {
      const breaker = stepBreaker({ ...CLOSED, state: "half_open", openings }, launch("unavailable"), 0, 0.99);
      return breaker.openUntilMs ?? 0;
    };
    expect(openFor(1) / openFor(0)).toBeCloseTo(2, 1);
    expect(openFor(30)).toBe(openFor(31));
  });

  it("allows ever more launches at a time while it ramps up", () => {
    fc.assert(
      fc.property(fc.nat(RAMP_MS), fc.nat(RAMP_MS), (a, b) => {
        expect(rampPermits(Math.max(a, b))).toBeGreaterThanOrEqual(rampPermits(Math.min(a, b)));
      }),
    );
    expect(rampPermits(0)).toBe(1);
    expect(rampPermits(RAMP_MS)).toBeGreaterThanOrEqual(50);
  });
});
