import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type FailureHistory,
  type LaunchFailure,
  MAX_GLOBAL_FAILURES,
  MAX_SAME_PLATFORM_TRIES,
  NO_FAILURES,
  reactToLaunchFailure,
} from "./failure-reaction.ts";
import { anyRandom, anyWaitPlan, LAUNCH_FAILURE_CLASSES, stageIndex } from "./placement.testkit.ts";
import { advance, firstStage, openTo, recheckAtMs, type StageState } from "./stage-policy.ts";

const NONE = new Map();
const PASSING = ["throttled", "transient"];

type Attempt = {
  failure: LaunchFailure;
  nowMs: number;
  before: StageState;
  after: StageState | null;
  history: FailureHistory;
  advanced: boolean;
};

const anyLife = fc.record({
  plan: anyWaitPlan,
  script: fc.array(
    fc.record({
      class: fc.constantFrom(...LAUNCH_FAILURE_CLASSES),
      pick: fc.nat(2),
      launchMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(200_000)),
      random: anyRandom,
    }),
    { minLength: 1, maxLength: 30 },
  ),
});
type Life = typeof anyLife extends fc.Arbitrary<infer Value> ? Value : never;

/** Lives an entry whose every attempt fails: admitted as soon as it is open to a platform, until it is over. */
function live({ plan, script }: Life): { attempts: Attempt[]; ending: string } {
  const attempts: Attempt[] = [];
  let state = firstStage(plan, 0);
  let history = NO_FAILURES;
  let nowMs = 0;
  for (let n = 0; n < 2_000; n++) {
    if (nowMs >= state.timeoutAtMs) return { attempts, ending: "expired" };
    state = advance(state, NONE, nowMs).state;
    const open = openTo(state, nowMs);
    const step = script[attempts.length % script.length];
    if (open.length === 0 || step === undefined) {
      const next = recheckAtMs(state, nowMs);
      if (next === null) return { attempts, ending: "stuck" };
      nowMs = next;
      continue;
    }
    const platform = open[step.pick % open.length] ?? "k8s";
    nowMs += step.launchMs;
    const failure = { platform, class: step.class, reason: "no" };
    const reaction = reactToLaunchFailure(state, history, failure, nowMs, step.random);
    const after = reaction.kind === "wait" ? reaction.state : null;
    const advanced = reaction.kind === "wait" && reaction.advanced;
    if (reaction.kind !== "expired") history = reaction.history;
    attempts.push({ failure, nowMs, before: state, after, history, advanced });
    if (reaction.kind !== "wait") return { attempts, ending: reaction.kind };
    state = reaction.state;
  }
  return { attempts, ending: "endless" };
}

const forEachAttempt = (check: (attempt: Attempt) => void) =>
  fc.assert(
    fc.property(anyLife, (life) => {
      for (const attempt of live(life).attempts) check(attempt);
    }),
    { numRuns: 300 },
  );

describe("an entry whose every attempt fails", () => {
  it("always ends, expired or fatal: it is never stuck with nothing open and nothing to wait for", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        expect(["expired", "fatal"]).toContain(live(life).ending);
      }),
      { numRuns: 500 },
    );
  });

  it("is left by its stage only when the failed platform is the stage's own", () => {
    forEachAttempt(({ failure, before, after, advanced }) => {
      if (after === null) return;
      expect(stageIndex(after) - stageIndex(before)).toBe(advanced ? 1 : 0);
      if (advanced) expect(before.stage).toBe(failure.platform);
    });
  });

  it("never gets a later deadline, and never one that the failure itself has passed", () => {
    forEachAttempt(({ before, after, nowMs }) => {
      if (after === null) return;
      expect(after.timeoutAtMs).toBeLessThanOrEqual(before.timeoutAtMs);
      const { state } = advance(after, NONE, nowMs);
      expect(state.timeoutAtMs).toBeGreaterThan(nowMs);
    });
  });

  it("is not open to the platform that just failed", () => {
    forEachAttempt(({ failure, after, nowMs }) => {
      if (after === null || after.stage === "global") return;
      expect(openTo(after, nowMs)).not.toContain(failure.platform);
    });
  });

  it("loses nothing else it was open to while it waits for its stages", () => {
    forEachAttempt(({ failure, before, after, nowMs }) => {
      if (after === null || before.stage === "global") return;
      const kept = openTo(before, nowMs).filter((p) => p !== failure.platform);
      expect(openTo(after, nowMs)).toEqual(expect.arrayContaining(kept));
    });
  });

  it("is tried at most three times in a row on one platform for passing faults, never past the stage's end", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const inARow = new Map<string, number>();
        for (const { failure, before, after, advanced, history } of live(life).attempts) {
          const key = failure.platform;
          if (!PASSING.includes(failure.class) && failure.class !== "capacity") inARow.set(key, 0);
          if (!PASSING.includes(failure.class) || after === null) continue;
          const retries = (history.tries[key] ?? 0) > 0;
          inARow.set(key, retries ? (inARow.get(key) ?? 0) + 1 : 0);
          expect(inARow.get(key)).toBeLessThan(MAX_SAME_PLATFORM_TRIES);
          const retryAtMs = after.bars.find((b) => b.platform === key)?.untilMs;
          const endsAtMs = before.stageEndsAtMs ?? before.timeoutAtMs;
          if (retries) expect(retryAtMs).toBeLessThan(endsAtMs);
          if (retries) expect(advanced).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has a bounded number of attempts in the global stage, being out of capacity aside", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const counted = live(life).attempts.filter(
          (a) => a.before.stage === "global" && a.failure.class !== "capacity" && a.failure.class !== "invalid",
        );
        const passing = counted.filter((a) => PASSING.includes(a.failure.class));
        // Per platform two tries may have been under way when it entered the stage, or when it ended.
        expect(counted.length - passing.length).toBeLessThanOrEqual(MAX_GLOBAL_FAILURES);
        expect(counted.length).toBeLessThanOrEqual(MAX_GLOBAL_FAILURES * MAX_SAME_PLATFORM_TRIES + 3 * 2);
      }),
      { numRuns: 300 },
    );
  });

  it("ends when a second answer calls its request malformed", () => {
    fc.assert(
      fc.property(anyLife, (life) => {
        const { attempts } = live(life);
        const invalid = attempts.filter((a) => a.failure.class === "invalid");
        expect(invalid.length).toBeLessThanOrEqual(2);
        if (invalid.length === 2) expect(invalid[0]?.failure.platform).not.toBe(invalid[1]?.failure.platform);
        if (invalid.length === 2) expect(attempts.at(-1)).toMatchObject({ after: null });
      }),
      { numRuns: 300 },
    );
  });

  it("keeps its plan, and nothing in the answer speaks of its place in the queue", () => {
    forEachAttempt(({ before, after }) => {
      if (after === null) return;
      expect(after.plan).toBe(before.plan);
      expect(Object.keys(after).sort()).toEqual(Object.keys(before).sort());
      expect(Object.keys(after)).not.toContain("queuedAtMs");
    });
  });
});
