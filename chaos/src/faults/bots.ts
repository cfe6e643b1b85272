import type { EmulatorControl } from "../../../e2e/testing/stack/emulator-control.ts";
import type { Timeline } from "../record/witness.ts";
import type { Fault, FaultContext } from "./fault.ts";

type Running = { workload: string; pid: number };

/** How a platform takes a bot away that runs, by the rows of the failure catalogue. */
const TAKEN_AWAY = {
  k8s: ["row-10-oom-kill", "row-12-evict", "row-12-preempt"],
  aws: ["row-36-host-retirement", "row-37-out-of-memory"],
  coolify: ["row-52-out-of-memory"],
} as const;

export const BOT_FAULTS: readonly Fault[] = [
  {
    name: "kill bot",
    family: "bots",
    weight: 3,
    async run(context) {
      const { control } = drawPlatform(context);
      const bot = await drawRunning(control, context);
      if (bot === null) return;
      try {
        process.kill(-bot.pid, "SIGKILL");
        context.count("kill bot");
      } catch {
        // It ended by itself meanwhile.
      }
    },
  },
  {
    name: "start bot twice",
    family: "bots",
    weight: 3,
    async run({ stack, random, count }) {
      const claimed = new Set(stack.claims.map(({ launchKey }) => launchKey));
      const running: { control: EmulatorControl; workload: string }[] = [];
      for (const control of Object.values(stack.emulators)) {
        const { intervals } = (await control.timeline()) as Timeline;
        const alive = intervals.filter(({ end, launchKey }) => end === null && claimed.has(launchKey ?? ""));
        running.push(...alive.map(({ workload }) => ({ control, workload })));
      }
      if (running.length === 0) return;
      const { control, workload } = random.pick(running);
      if (await control.twin(workload)) count("start bot twice");
    },
  },
  {
    name: "take bot away",
    family: "bots",
    weight: 3,
    async run(context) {
      const { platform, control } = drawPlatform(context);
      const bot = await drawRunning(control, context);
      if (bot === null) return;
      const row = context.random.pick(TAKEN_AWAY[platform]);
      try {
        await control.provoke(row, { workload: bot.workload });
        context.count(`take bot away: ${row}`);
      } catch {
        // It ended by itself meanwhile.
      }
    },
  },
];

function drawPlatform({ stack, random }: FaultContext) {
  const platform = random.pick(["k8s", "aws", "coolify"] as const);
  return { platform, control: stack.emulators[platform] };
}

async function drawRunning(control: EmulatorControl, { random }: FaultContext): Promise<Running | null> {
  const { entries, intervals } = (await control.timeline()) as Timeline;
  const alive = intervals.filter((one) => one.end === null);
  if (alive.length === 0) return null;
  const { container, workload } = random.pick(alive);
  const started = entries.find((entry) => entry.kind === "started" && entry.container === container);
  const pid = Number(/pid (\d+)/.exec(started?.detail ?? "")?.[1]);
  return Number.isInteger(pid) && pid > 1 ? { workload, pid } : null;
}
