import { setTimeout as delay } from "node:timers/promises";
import { createRandom } from "../../../sim/src/engine/random.ts";
import { partOf } from "../load/callers.ts";
import type { Stack } from "../stack/stack.ts";
import { BOT_FAULTS } from "./bots.ts";
import { CLOCK_FAULTS } from "./clocks.ts";
import { DATABASE_FAULTS } from "./database.ts";
import { FAILPOINT_FAULTS } from "./failpoints.ts";
import { FAMILIES, type Family } from "./family.ts";
import type { Fault } from "./fault.ts";
import { LATE_START_FAULTS } from "./late-starts.ts";
import { LINK_FAULTS } from "./links.ts";
import { PLATFORM_FAULTS } from "./platforms.ts";
import { FREEZES, KILLS } from "./processes.ts";
import { SETTINGS_FAULTS } from "./settings.ts";

const FAULTS: readonly Fault[] = [
  ...KILLS,
  ...FREEZES,
  ...DATABASE_FAULTS,
  ...LINK_FAULTS,
  ...FAILPOINT_FAULTS,
  ...PLATFORM_FAULTS,
  ...LATE_START_FAULTS,
  ...BOT_FAULTS,
  ...SETTINGS_FAULTS,
  ...CLOCK_FAULTS,
];

/** What `--only` knows. */
export const NAMES: readonly string[] = [...FAMILIES, ...FAULTS.map(({ name }) => name)];

/** Failpoints wait for their instant; of every other family one is under way at a time. */
const AT_ONCE: Partial<Record<Family, number>> = { failpoints: 4 };
/** Between two faults; some last longer, so that several are under way together. */
const GAP_MS = [400, 2_200] as const;
const SCHEDULE = 1;

export type FaultCounts = Readonly<Record<string, number>>;

export type Injection = {
  counts(): FaultCounts;
  /** Resolves when the time is over and every fault has been put right. */
  done: Promise<void>;
};

/** Injects faults for so long, as the seed says. `say` hears of each. */
export function injectFaults(
  stack: Stack,
  options: {
    seed: number;
    forMs: number;
    /** Families of faults, or single ones by name. */
    only: readonly string[];
    /** Between two faults. */
    gapMs?: readonly [least: number, most: number];
    signal: AbortSignal;
    say(text: string): void;
  },
): Injection {
  const { forMs, only, gapMs = GAP_MS, say } = options;
  const random = partOf(options.seed, SCHEDULE);
  const counts = new Map<string, number>();
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(forMs)]);
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
  const count = (name: string) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    say(name);
  };
  const choices = FAULTS.filter(({ family, name }) => only.includes(family) || only.includes(name)).map(
    (fault) => [fault.weight, fault] as const,
  );
  const underWay = new Map<Promise<void>, Family>();

  const begin = (fault: Fault, faultSeed: number) => {
    const alike = [...underWay.values()].filter((family) => family === fault.family).length;
    if (alike >= (AT_ONCE[fault.family] ?? 1)) return;
    const mine = fault
      .run({ stack, random: createRandom(faultSeed), count, pause })
      .catch((error: unknown) =>
        say(`${fault.name} could not be done: ${error instanceof Error ? error.message : error}`),
      )
      .finally(() => underWay.delete(mine));
    underWay.set(mine, fault.family);
  };
  const run = async () => {
    if (choices.length === 0) await pause(forMs);
    while (!signal.aborted) {
      await pause(random.integer(...gapMs));
      const fault = random.weighted(choices);
      const faultSeed = random.integer(0, 2 ** 31);
      if (!signal.aborted) begin(fault, faultSeed);
    }
    await Promise.all([...underWay.keys()]);
  };
  const sorted = () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { counts: sorted, done: run() };
}
