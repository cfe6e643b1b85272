import { describe, expect, it } from "vitest";
import type { LaunchFailureClass } from "./failure-class.ts";
import {
  CAPACITY_BAR_BASE_MS,
  type FailureHistory,
  type FailureReaction,
  MAX_GLOBAL_FAILURES,
  NO_FAILURES,
  RETRY_BASE_MS,
  reactToLaunchFailure,
} from "./failure-reaction.ts";
import { SPEC_PLAN } from "./placement.testkit.ts";
import type { DeploymentPlatform } from "./platforms.ts";
import { advance, firstStage, openTo, type StageState } from "./stage-policy.ts";
import { waitPlanFor } from "./wait-plan.ts";

const start = firstStage(waitPlanFor(SPEC_PLAN), 0);
const at = (ms: number): StageState => advance(start, new Map(), ms).state;

function fail(
  state: StageState,
  platform: DeploymentPlatform,
  failureClass: LaunchFailureClass,
  nowMs: number,
  history: FailureHistory = NO_FAILURES,
  retryAfterMs?: number,
): FailureReaction {
  const failure = { platform, class: failureClass, reason: `${platform} says no`, retryAfterMs };
  return reactToLaunchFailure(state, history, failure, nowMs, 0);
}

function waiting(reaction: FailureReaction) {
  if (reaction.kind !== "wait") throw new Error(`expected to wait, got ${JSON.stringify(reaction)}`);
  return reaction;
}

describe("a platform that is full", () => {
  it("is left for the next at once, and comes back after a back-off", () => {
    const { state, advanced, history } = waiting(fail(start, "k8s", "capacity", 10_000));
    expect(advanced).toBe(true);
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: 40_000, timeoutAtMs: 940_000 });
    const backMs = 10_000 + CAPACITY_BAR_BASE_MS / 2;
    expect(state.bars).toEqual([{ platform: "k8s", untilMs: backMs, reason: "k8s says no" }]);
    expect(openTo(state, 10_000)).toEqual(["aws"]);
    expect(openTo(state, backMs)).toEqual(["k8s", "aws"]);
    expect(history.capacityRefusals).toEqual({ k8s: 1 });
  });

  it("backs off longer each time, in place of its earlier bar", () => {
    const first = waiting(fail(start, "k8s", "capacity", 10_000));
    const second = waiting(fail(first.state, "k8s", "capacity", 20_000, first.history));
    expect(second.state.bars).toEqual([
      { platform: "k8s", untilMs: 20_000 + CAPACITY_BAR_BASE_MS, reason: "k8s says no" },
    ]);
  });

  it("does not end the stage of another platform", () => {
    const { state, advanced } = waiting(fail(at(70_000), "k8s", "capacity", 70_000));
    expect(advanced).toBe(false);
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: 90_000 });
    expect(openTo(state, 70_000)).toEqual(["aws"]);
  });

  it("does not count against the attempts of the global stage", () => {
    let reaction = waiting(fail(at(400_000), "k8s", "capacity", 400_000));
    for (let n = 0; n < 3 * MAX_GLOBAL_FAILURES; n++) {
      reaction = waiting(fail(reaction.state, "k8s", "capacity", 400_000, reaction.history));
    }
    expect(reaction.history.globalFailures).toBe(0);
    expect(openTo(reaction.state, 400_000)).toEqual(["aws", "coolify"]);
  });
});

describe.each(["throttled", "transient"] as const)("a %s launch", (failureClass) => {
  it("is tried again on the same platform after a back-off, twice, and then moves on", () => {
    const first = waiting(fail(start, "k8s", failureClass, 1_000));
    expect(first).toMatchObject({ advanced: false, state: { stage: "k8s", stageEndsAtMs: 60_000 } });
    expect(openTo(first.state, 1_000)).toEqual([]);
    expect(openTo(first.state, 1_000 + RETRY_BASE_MS / 2)).toEqual(["k8s"]);
    const second = waiting(fail(first.state, "k8s", failureClass, 2_000, first.history));
    expect(openTo(second.state, 2_000 + RETRY_BASE_MS)).toEqual(["k8s"]);
    const third = waiting(fail(second.state, "k8s", failureClass, 4_000, second.history));
    expect(third).toMatchObject({ advanced: true, state: { stage: "aws", stageEndsAtMs: 34_000 } });
    expect(openTo(third.state, 33_000)).toEqual(["aws"]);
    expect(third.history.tries).toEqual({ k8s: 0 });
  });

  it("moves on at once when the stage would be over before the next try", () => {
    const { state, advanced } = waiting(fail(start, "k8s", failureClass, 60_000 - RETRY_BASE_MS / 2));
    expect(advanced).toBe(true);
    expect(state.stage).toBe("aws");
  });

  it("waits as long as the platform asks, and moves on when that is longer than the stage", () => {
    expect(openTo(waiting(fail(start, "k8s", failureClass, 0, NO_FAILURES, 30_000)).state, 29_999)).toEqual([]);
    expect(waiting(fail(start, "k8s", failureClass, 0, NO_FAILURES, 60_000)).state.stage).toBe("aws");
  });

  it("loses no place on another platform meanwhile", () => {
    const { state } = waiting(fail(at(70_000), "aws", failureClass, 70_000));
    expect(openTo(state, 70_000)).toEqual(["k8s"]);
  });
});

describe.each(["unavailable", "config", "auth", "unknown"] as const)("a failure of class %s", (failureClass) => {
  it("moves on at once and bars the platform until the global stage", () => {
    const { state, advanced } = waiting(fail(start, "k8s", failureClass, 20_000));
    expect(advanced).toBe(true);
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: 50_000, timeoutAtMs: 950_000 });
    const later = advance(state, new Map(), 349_999).state;
    expect(openTo(later, 349_999)).toEqual(["aws", "coolify"]);
    expect(openTo(advance(state, new Map(), 350_000).state, 350_000)).toEqual(["k8s", "aws", "coolify"]);
  });

  it("bars an earlier platform without ending the stage of the current one", () => {
    const { state, advanced } = waiting(fail(at(100_000), "k8s", failureClass, 100_000));
    expect(advanced).toBe(false);
    expect(state).toMatchObject({ stage: "coolify", stageEndsAtMs: 390_000, timeoutAtMs: 990_000 });
    expect(openTo(state, 100_000)).toEqual(["aws", "coolify"]);
  });

  it("counts the next stage from the own stage's end when it comes after it", () => {
    const { state } = waiting(fail(start, "k8s", failureClass, 200_000));
    expect(state).toMatchObject({ stage: "aws", stageEndsAtMs: 90_000, timeoutAtMs: 990_000 });
    expect(advance(state, new Map(), 200_000).state).toMatchObject({ stage: "coolify", stageEndsAtMs: 390_000 });
  });

  it("backs off the whole entry in the global stage, and ends it after a bounded number", () => {
    let reaction = fail(at(400_000), "k8s", failureClass, 400_000);
    const backOffs: number[] = [];
    for (let n = 1; n < MAX_GLOBAL_FAILURES; n++) {
      const { state, history } = waiting(reaction);
      expect(openTo(state, 400_000)).toEqual([]);
      backOffs.push((state.notBeforeMs ?? 0) - 400_000);
      reaction = fail(state, "k8s", failureClass, 400_000, history);
    }
    expect(backOffs).toEqual([500, 1_000, 2_000, 4_000, 7_500]);
    expect(reaction).toMatchObject({ kind: "fatal", code: "attempts_exhausted" });
  });
});

describe("a request that is refused as malformed", () => {
  it("gets a second opinion from the next platform, and then ends [vexa#806]", () => {
    const first = waiting(fail(start, "k8s", "invalid", 0));
    expect(first.state.stage).toBe("aws");
    const second = fail(first.state, "aws", "invalid", 1_000, first.history);
    expect(second).toMatchObject({
      kind: "fatal",
      code: "request_refused",
      history: { invalidOn: ["k8s", "aws"] },
    });
  });

  it("asks another platform in the global stage too, not the same one again", () => {
    const { state } = waiting(fail(at(400_000), "k8s", "invalid", 400_000));
    expect(openTo(state, 400_000)).toEqual(["aws", "coolify"]);
    expect(openTo(state, state.timeoutAtMs - 1)).toEqual(["aws", "coolify"]);
  });

  it("ends at once when there is no other platform to ask", () => {
    const [k8s] = SPEC_PLAN.platforms;
    const only = firstStage(waitPlanFor({ platforms: k8s ? [k8s] : [], globalQueueTimeoutMs: 1_000 }), 0);
    expect(fail(only, "k8s", "invalid", 0)).toMatchObject({ kind: "fatal", code: "request_refused" });
  });
});

describe("a failure past the deadline", () => {
  it.each(["capacity", "transient", "invalid", "unknown"] as const)("expires the entry (%s)", (failureClass) => {
    expect(fail(start, "k8s", failureClass, 990_000)).toEqual({ kind: "expired" });
  });

  it("does not, one millisecond earlier", () => {
    expect(fail(at(400_000), "k8s", "unknown", 989_999).kind).toBe("wait");
  });
});
