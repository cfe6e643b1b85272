import type { DeploymentPlatform } from "@milo/placement";
import type { EmulatorControl } from "../../../e2e/testing/stack/emulator-control.ts";
import type { Fault, FaultContext } from "./fault.ts";

const LONGEST_MS = 8_000;

/** Requests that make, start, stop and list, as the emulators call them. */
const WRITES: Readonly<Record<DeploymentPlatform, readonly string[]>> = {
  k8s: ["create-job", "patch-job", "delete-job", "create-secret"],
  aws: ["RunTask", "StopTask"],
  coolify: ["create", "update-envs", "deploy", "stop", "delete"],
};
const EMPTY_LISTS: Readonly<Record<DeploymentPlatform, readonly { operation: string; body: unknown }[]>> = {
  k8s: [
    {
      operation: "list-jobs",
      body: { kind: "JobList", apiVersion: "batch/v1", metadata: { resourceVersion: "1" }, items: [] },
    },
    {
      operation: "list-pods",
      body: { kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [] },
    },
  ],
  aws: [{ operation: "ListTasks", body: { taskArns: [] } }],
  coolify: [{ operation: "list", body: [] }],
};
const THROTTLES: Readonly<Record<DeploymentPlatform, string>> = {
  k8s: "row-17-throttled",
  aws: "row-25-throttled",
  coolify: "row-39-rate-limited",
};
/** Room for so few that the platform refuses what milo's limit allows, and as much as it likes again. */
const SHORTAGES: Readonly<Record<DeploymentPlatform, readonly [object, object]>> = {
  k8s: [{ quotaJobs: 2 }, { quotaJobs: null }],
  aws: [{ onDemandCapacity: 2 }, { onDemandCapacity: null }],
  coolify: [{ deploymentQueueLimit: 0 }, { deploymentQueueLimit: 25 }],
};

type Struck = { platform: DeploymentPlatform; control: EmulatorControl };

function platformFault(
  name: string,
  weight: number,
  hurt: (struck: Struck, context: FaultContext) => Promise<unknown>,
  mend: (struck: Struck) => Promise<unknown> = ({ control }) => control.recover(),
): Fault {
  return {
    name,
    family: "platforms",
    weight,
    async run(context) {
      const platform = context.random.pick(["k8s", "aws", "coolify"] as const);
      const struck = { platform, control: context.stack.emulators[platform] };
      await hurt(struck, context);
      context.count(`${name}: ${platform}`);
      await context.pause(context.random.integer(1_000, LONGEST_MS));
      await mend(struck);
    },
  };
}

export const PLATFORM_FAULTS: readonly Fault[] = [
  platformFault("time out after the work", 4, ({ platform, control }, { random }) =>
    control.fail({ match: { operation: random.pick(WRITES[platform]) }, fault: "timeout-after" }),
  ),
  platformFault("reset after the work", 3, ({ platform, control }, { random }) =>
    control.fail({ match: { operation: random.pick(WRITES[platform]) }, fault: "reset-after" }),
  ),
  platformFault("error after the work", 2, ({ platform, control }, { random }) =>
    control.fail({ match: { operation: random.pick(WRITES[platform]) }, fault: "status-after", status: 503 }),
  ),
  platformFault("list empty", 3, async ({ platform, control }) => {
    for (const { operation, body } of EMPTY_LISTS[platform]) {
      await control.fail({ match: { operation }, fault: "status", status: 200, body });
    }
  }),
  platformFault("throttle", 3, ({ platform, control }) => control.provoke(THROTTLES[platform])),
  platformFault(
    "out of capacity",
    4,
    ({ platform, control }) => control.set(SHORTAGES[platform][0] as Record<string, unknown>),
    ({ platform, control }) => control.set(SHORTAGES[platform][1] as Record<string, unknown>),
  ),
  platformFault("error everywhere", 2, ({ control }) => control.fail({ match: {}, fault: "status", status: 503 })),
  platformFault("answer nothing", 2, ({ control }) => control.freeze()),
];
