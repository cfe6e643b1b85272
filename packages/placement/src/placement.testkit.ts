import fc from "fast-check";
import type { LaunchFailureClass } from "./failure-class.ts";
import type { PlatformPlan } from "./platform-plan.ts";
import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform } from "./platforms.ts";
import type { Bar, StageState, Unavailable } from "./stage-policy.ts";
import type { WaitPlan } from "./wait-plan.ts";

/** The specification's defaults: k8s 60 s, aws 30 s, coolify 300 s, global 600 s. */
export const SPEC_PLAN: PlatformPlan = {
  platforms: [
    { platform: "k8s", limit: 30, queueTimeoutMs: 60_000, launchConcurrency: 20 },
    { platform: "aws", limit: 100, queueTimeoutMs: 30_000, launchConcurrency: 20 },
    { platform: "coolify", limit: 50, queueTimeoutMs: 300_000, launchConcurrency: 2 },
  ],
  globalQueueTimeoutMs: 600_000,
};

export const LAUNCH_FAILURE_CLASSES: readonly LaunchFailureClass[] = [
  "capacity",
  "throttled",
  "transient",
  "unavailable",
  "config",
  "auth",
  "invalid",
  "unknown",
];

const waitMs = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1_000, max: 86_400_000 }));

const platforms = fc.shuffledSubarray([...DEPLOYMENT_PLATFORMS], { minLength: 1 });

export const anyPlatformPlan: fc.Arbitrary<PlatformPlan> = platforms.chain((names) =>
  fc.record({
    platforms: fc.tuple(
      ...names.map((platform) =>
        fc.record({
          platform: fc.constant(platform),
          limit: fc.nat(100),
          queueTimeoutMs: waitMs,
          launchConcurrency: fc.constant(5),
        }),
      ),
    ),
    globalQueueTimeoutMs: waitMs,
  }),
);

/** Plans whose stages are seconds to minutes long, so that failures and stages interleave. */
export const anyWaitPlan: fc.Arbitrary<WaitPlan> = platforms.chain((names) =>
  fc.record({
    stages: fc.tuple(
      ...names.map((platform) =>
        fc.record({ platform: fc.constant(platform), waitMs: fc.oneof(fc.constant(0), fc.nat(120_000)) }),
      ),
    ),
    globalWaitMs: fc.oneof(fc.constant(0), fc.nat(600_000)),
  }),
);

export const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

export function anyUnavailableOf(plan: WaitPlan): fc.Arbitrary<Unavailable> {
  return fc
    .subarray(plan.stages.map((s) => s.platform))
    .map((names) => new Map(names.map((name): [DeploymentPlatform, string] => [name, "held"])));
}

export function anyBarsOf(plan: WaitPlan): fc.Arbitrary<readonly Bar[]> {
  const names = plan.stages.map((s) => s.platform);
  return fc.subarray(names).chain((barred) =>
    fc.tuple(
      ...barred.map((platform) =>
        fc.record({
          platform: fc.constant(platform),
          untilMs: fc.option(fc.nat(1_000_000), { nil: null }),
          reason: fc.constant("full"),
        }),
      ),
    ),
  );
}

/** The stage's place in its plan; the global stage comes after all. */
export function stageIndex(state: StageState): number {
  if (state.stage === "global") return state.plan.stages.length;
  return state.plan.stages.findIndex((s) => s.platform === state.stage);
}
