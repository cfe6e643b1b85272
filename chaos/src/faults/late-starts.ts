import type { DeploymentPlatform } from "@milo/placement";
import type { EmulatorControl } from "../../../e2e/testing/stack/emulator-control.ts";
import type { Instant, Verdict } from "../net/link.ts";
import { DISPATCHER_LEASE_MS } from "../stack/plan.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { startAtOnce, startLate } from "./start-delay.ts";

const PLATFORMS = ["k8s", "aws", "coolify"] as const;
/** The request after which a container starts by itself. */
const START: Readonly<Record<DeploymentPlatform, string>> = { k8s: "patch-job", aws: "RunTask", coolify: "deploy" };
/** The request that is refused when a platform is asked too often. */
const REFUSAL: Readonly<Record<DeploymentPlatform, string>> = {
  k8s: "row-17-throttled",
  aws: "row-25-throttled",
  coolify: "row-39-rate-limited",
};
const CREATE = { k8s: "k8s-create", aws: "aws-run-task", coolify: "coolify-create" } as const;

/** Longer than a launch of unknown outcome is looked for, and shorter than a bot has to claim. */
const LATE_MS = [7_000, 12_000] as const;
/** Long enough for a launch to be given up as unknown meanwhile. */
const LOST_MS = [7_000, 10_000] as const;
const ARMED_MS = 6_000;
/** Past the lease, and short of the successor's container having started. */
const FROZEN_MS = DISPATCHER_LEASE_MS + 2_500;
/** Past a successor's container and its call, for which the same name is taken. */
const HELD_MS = [20_000, 30_000] as const;

/** Containers that start when nobody reckons with them any more. */
export const LATE_START_FAULTS: readonly Fault[] = [
  {
    name: "lose answers and start late",
    family: "platforms",
    weight: 3,
    async run(context) {
      const { random, count, pause } = context;
      const { platform, control } = drawPlatform(context);
      await startLate(control, platform, random.integer(...LATE_MS));
      await control.fail({ match: { operation: START[platform] }, fault: "reset-after" });
      count(`lose answers and start late: ${platform}`);
      await pause(random.integer(...LOST_MS));
      await control.recover();
      await startAtOnce(control, platform);
    },
  },
  { name: "freeze in a refusal", family: "failpoints", weight: 4, run: freezeInRefusal },
  ...PLATFORMS.map(
    (platform): Fault => ({
      name: `create late on ${platform}`,
      family: "failpoints",
      weight: 1,
      run: (context) => createLate(context, platform),
    }),
  ),
];

/** A dispatcher freezes with a refusal under way, and wakes when its successor's container is about to start. */
async function freezeInRefusal(context: FaultContext): Promise<void> {
  const { stack, random, count, pause } = context;
  const { platform, control } = drawPlatform(context);
  await control.provoke(REFUSAL[platform]);
  const hit = await strikeOnce(context, platform, "answered", (index) => {
    stack.dispatchers[index]?.process.freeze();
    return "pass";
  });
  await control.recover();
  if (hit === null) return;
  count(`freeze in a refusal: ${platform}`);
  await startLate(control, platform, random.integer(...LATE_MS));
  await pause(FROZEN_MS);
  stack.dispatchers[hit]?.process.thaw();
  await pause(1_000);
  await startAtOnce(control, platform);
}

/** A create is held up on its way, and arrives when its sender is dead and its launch has long been taken over. */
async function createLate(context: FaultContext, platform: DeploymentPlatform): Promise<void> {
  const { stack, random, count } = context;
  const holdMs = random.integer(...HELD_MS);
  const hit = await strikeOnce(context, platform, "before", (index) => {
    stack.dispatchers[index]?.process.kill();
    return { holdMs };
  });
  if (hit !== null) count(`create late on ${platform}`);
}

/** Arms every dispatcher's next create; answers whose it was, or null when none came. */
async function strikeOnce(
  { stack, pause }: FaultContext,
  platform: DeploymentPlatform,
  instant: Instant,
  deed: (index: number) => Verdict,
): Promise<number | null> {
  const links = stack.links.dispatchers.map((one) => one.platforms[platform]);
  if (links.some((link) => link.isArmed())) return null;
  const struck = Promise.withResolvers<number>();
  let done = false;
  for (const [index, link] of links.entries()) {
    link.setTrigger((name, at) => {
      if (done || name !== CREATE[platform] || at !== instant) return "pass";
      done = true;
      struck.resolve(index);
      return deed(index);
    });
  }
  const hit = await Promise.race([struck.promise, pause(ARMED_MS).then(() => null)]);
  for (const link of links) link.setTrigger(null);
  return hit;
}

function drawPlatform({ stack, random }: FaultContext): { platform: DeploymentPlatform; control: EmulatorControl } {
  const platform = random.pick(PLATFORMS);
  return { platform, control: stack.emulators[platform] };
}
