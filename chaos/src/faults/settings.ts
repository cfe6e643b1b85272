import { createTestApi } from "../../../e2e/testing/stack/milo-api.ts";
import type { ChaosPlan } from "../stack/plan.ts";
import type { Fault, FaultContext } from "./fault.ts";

const MODE_MS = [2_000, 7_000] as const;
const PAUSE_MS = [200, 2_500] as const;

export const SETTINGS_FAULTS: readonly Fault[] = [
  {
    name: "change limits",
    family: "settings",
    weight: 3,
    run: (context) =>
      rollOut(context, "change limits", (plan) => ({
        ...plan,
        limits: {
          k8s: context.random.integer(2, 7),
          aws: context.random.integer(2, 8),
          coolify: context.random.integer(1, 5),
        },
      })),
  },
  {
    name: "change order and waits",
    family: "settings",
    weight: 2,
    run: (context) =>
      rollOut(context, "change order and waits", (plan) => ({
        ...plan,
        order: plan.order.toSorted(() => context.random.next() - 0.5),
        queueTimeoutMs: {
          k8s: context.random.integer(0, 9_000),
          aws: context.random.integer(0, 9_000),
          coolify: context.random.integer(0, 9_000),
        },
      })),
  },
  modeFault("hold", 3),
  modeFault("drain", 2),
];

/** New settings come by a restart: one dispatcher after the other, so that they disagree for a while. */
async function rollOut(context: FaultContext, name: string, change: (plan: ChaosPlan) => ChaosPlan): Promise<void> {
  const { stack, random, count, pause } = context;
  stack.setPlan(change(stack.plan()));
  count(name);
  for (const { process } of [...stack.webs, ...stack.dispatchers]) {
    process.restart();
    await pause(random.integer(...PAUSE_MS));
  }
}

function modeFault(mode: "hold" | "drain", weight: number): Fault {
  return {
    name: `mode ${mode}`,
    family: "settings",
    weight,
    async run({ stack, random, count, pause }) {
      const platform = random.pick(["k8s", "aws", "coolify"] as const);
      const api = createTestApi(stack.apiUrl, undefined);
      try {
        await api.mutate("infrastructure.setPlatformMode", { platform, mode, reason: "chaos" });
      } catch {
        return; // milo could not be asked.
      }
      count(`mode ${mode}`);
      await pause(random.integer(...MODE_MS));
      await enable(stack.apiUrl, platform);
    },
  };
}

/** As often as it takes: milo may not answer at this moment. */
async function enable(url: string, platform: string): Promise<void> {
  for (let attempts = 0; attempts < 20; attempts++) {
    try {
      await createTestApi(url, undefined).mutate("infrastructure.setPlatformMode", { platform, mode: "enabled" });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
