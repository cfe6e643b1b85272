import type { DeploymentPlatform } from "@milo/placement";
import { describe, expect, it } from "vitest";
import type { PlatformState } from "#server/database/repositories/capacity-view.ts";
import { describeNow } from "./describe-now.ts";
import { at, atMs, makeAttempt, makeBot, makeWaiting } from "./timeline.testkit.ts";

const state = (platform: DeploymentPlatform): [DeploymentPlatform, PlatformState] => [
  platform,
  {
    platform,
    position: 0,
    used: 30,
    limit: 30,
    mode: "enabled",
    modeReason: null,
    modeSince: new Date(0),
    breaker: { state: "closed", reason: null, since: new Date(0), opensUntil: null },
    closedReason: null,
    healthy: true,
    massStop: null,
  },
];
const platforms = new Map([state("k8s"), state("aws")]);
type Rows = Parameters<typeof describeNow>[0];
const now = (rows: Partial<Rows>) =>
  describeNow({ bot: makeBot(), attempts: [], waiting: null, nowMs: atMs(18), ...rows }, platforms);

describe("a bot that waits", () => {
  it("says for what, why, and what comes next", () => {
    expect(now({ waiting: makeWaiting() })).toEqual({
      status: "QUEUED",
      waitingFor: "k8s",
      reason: "K8s is full (30/30); tries AWS in 42 s",
      cause: "K8s is full (30/30)",
      next: { what: "tries AWS", at: at(60) },
      nextDeadline: { at: at(60), what: "Tries AWS" },
    });
  });

  it.each([
    ["its last stage", makeWaiting({ stage: "global", stageEndsAtMs: null }), 690, /^Gives up/],
    ["a deadline before its stage ends", makeWaiting({ timeoutAtMs: atMs(40) }), 40, /^Gives up/],
    ["a back-off", makeWaiting({ notBeforeMs: atMs(20), lastFailure: "K8s (auth)" }), 20, /^May be placed again/],
    ["a back-off that is over", makeWaiting({ notBeforeMs: atMs(17) }), 60, /^Tries AWS/],
    [
      "a bar on a better platform",
      makeWaiting({ stage: "aws", bars: [{ platform: "k8s", untilMs: atMs(30), reason: "full" }] }),
      30,
      /^K8s may be tried again/,
    ],
    [
      "a bar until the last stage",
      makeWaiting({ stage: "aws", bars: [{ platform: "k8s", untilMs: null, reason: "full" }] }),
      60,
      /^Tries any platform/,
    ],
  ])("names first what comes first: %s", (_, waiting, seconds, what) => {
    const { nextDeadline } = now({ waiting });
    expect(nextDeadline).toEqual({ at: at(seconds), what: expect.stringMatching(what) });
  });
});

describe("a bot that was given a slot", () => {
  it.each([
    ["RESERVED", {}, /has a slot on K8s \(attempt 1\)/, 180, /given up/],
    ["LAUNCHING", {}, /not answered yet/, 180, /given up/],
    ["STARTING", {}, /K8s accepted it .* has not claimed/, 180, /given up/],
    ["RUNNING", { runUntil: at(900) }, /joined/, 900, /maximum duration/],
    ["RUNNING", { runUntil: at(900), leaveBy: at(300) }, /joined/, 300, /K8s is told to stop it/],
  ] as const)("and is %s %j says where it is and until when", (phase, change, reason, seconds, what) => {
    const bot = makeBot({ status: phase === "RUNNING" ? "IN_CALL" : "DEPLOYING", statusReason: "It joined" });
    const told = now({ bot, attempts: [makeAttempt({ phase, ...change })] });
    expect(told.reason).toMatch(reason);
    expect(told.nextDeadline).toEqual({ at: at(seconds), what: expect.stringMatching(what) });
    expect(told.waitingFor).toBeUndefined();
  });
});

describe("a bot whose container was lost", () => {
  it("says that its replacement waits for the end of the old one, and for what then", () => {
    const holding = makeAttempt({ phase: "STOPPING", holdsBot: true });
    expect(now({ waiting: makeWaiting(), attempts: [holding] }).reason).toBe(
      "First its container on K8s has to be gone; then: K8s is full (30/30); tries AWS in 42 s",
    );
  });

  it("says that it cannot be reached, and that it is replaced only on request", () => {
    const attempt = makeAttempt({ phase: "RUNNING", unreachableSince: at(5), runUntil: at(900) });
    const told = now({ bot: makeBot({ status: "IN_CALL", statusReason: "It joined" }), attempts: [attempt] });
    expect(told.reason).toMatch(/K8s \(attempt 1\) cannot be reached: .*replaced only on request/);
    expect(told.nextDeadline?.at).toEqual(at(900));
  });
});

describe("a bot that has ended", () => {
  it("says why, and which slot is still held for what is left of it", () => {
    const bot = makeBot({ status: "FATAL", statusReason: "It crashed at https://x.example/?token=secret" });
    expect(now({ bot, attempts: [makeAttempt({ phase: "STOPPING" })] })).toEqual({
      status: "FATAL",
      reason:
        "It crashed at https://x.example/?(hidden); its slot on K8s is held until the container is known to be gone",
      nextDeadline: null,
    });
  });
});

it("a bot that nothing is at says so", () => {
  expect(now({})).toMatchObject({ reason: "It is not in the queue yet", nextDeadline: null });
});
