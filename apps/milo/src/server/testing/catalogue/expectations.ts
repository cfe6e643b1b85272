import type { DeploymentPlatform, LaunchFailureClass } from "@milo/placement";
import type { AttemptExpectation, BarLength, Expectation } from "./catalogue-row.ts";

/** The platform that takes over from a failing one. */
export const HEALTHY: Readonly<Record<DeploymentPlatform, DeploymentPlatform>> = {
  k8s: "aws",
  aws: "k8s",
  coolify: "aws",
};

type Failed = {
  class: LaunchFailureClass;
  reason: RegExp;
  /** Something of it existed, so that it had to be stopped; false unless given. */
  existed?: boolean;
};

/** An attempt that failed before its claim, and of which nothing is left. */
export function failedAttempt(platform: DeploymentPlatform, failed: Failed): AttemptExpectation {
  const outcome = failed.existed ? "failed" : "never_launched";
  return { platform, phase: "ENDED", outcome, failureClass: failed.class, reason: failed.reason };
}

const BARS: Readonly<Record<LaunchFailureClass, BarLength>> = {
  capacity: "for_a_while",
  throttled: "until_global",
  transient: "until_global",
  unavailable: "until_global",
  config: "until_global",
  auth: "until_global",
  invalid: "until_over",
  unknown: "until_global",
};

/** What a failure of this class does to its platform, besides what it does to the bot (design §7's table). */
function platformAfter(failureClass: LaunchFailureClass): Expectation["platform"] {
  if (failureClass === "config" || failureClass === "auth") {
    return { breaker: "open", used: 0, alarms: [`platform_${failureClass}`] };
  }
  const failures = failureClass === "unavailable" || failureClass === "unknown" ? 1 : 0;
  return { breaker: "closed", failures, backsOff: failureClass === "capacity", used: 0 };
}

/** It failed, after `tries` on the failing platform, and its bot is on the healthy one. */
export function movedOn(
  platform: DeploymentPlatform,
  failed: Failed & { tries?: number },
  witness: Partial<Expectation["witness"]> = {},
): Expectation {
  const healthy = HEALTHY[platform];
  const tries = Array.from({ length: failed.tries ?? 1 }, () => failedAttempt(platform, failed));
  return {
    attempts: [...tries, { platform: healthy, phase: "STARTING" }],
    bot: { status: "DEPLOYING", on: healthy },
    entry: { status: "PROCESSING", stage: healthy, bars: [`${platform} ${BARS[failed.class]}`] },
    platform: platformAfter(failed.class),
    witness: { started: 0, running: 0, runningElsewhere: 1, ...witness },
  };
}

/** As `movedOn`, while what may exist on the failing platform is not known to be gone: its slot is held. */
export function movedOnHolding(
  platform: DeploymentPlatform,
  failed: Omit<Failed, "existed">,
  witness: Partial<Expectation["witness"]> = {},
): Expectation {
  const moved = movedOn(platform, { ...failed, existed: true }, witness);
  const held = moved.attempts.map((attempt) =>
    attempt.platform === platform ? { ...attempt, phase: "STOPPING" as const } : attempt,
  );
  return { ...moved, attempts: held, platform: { ...moved.platform, used: 1 } };
}

/** It runs on the failing platform all the same, after attempts that failed there. */
export function staysHere(
  platform: DeploymentPlatform,
  failed: readonly Failed[],
  witness: Partial<Expectation["witness"]> = {},
): Expectation {
  return {
    attempts: [...failed.map((one) => failedAttempt(platform, one)), { platform, phase: "STARTING" }],
    bot: { status: "DEPLOYING", on: platform },
    entry: { status: "PROCESSING", stage: platform, bars: [] },
    platform: { breaker: "closed", used: 1 },
    witness: { started: 1, running: 1, ...witness },
  };
}

/** The expectation, with something else of the platform: an opened breaker, say. */
export function withPlatform(expectation: Expectation, platform: Partial<Expectation["platform"]>): Expectation {
  return { ...expectation, platform: { ...expectation.platform, ...platform } };
}

/** Real bots, in a call that outlasts its row. */
export const CALL = { script: "join=50ms&waiting=50ms&call=300s" } as const;
