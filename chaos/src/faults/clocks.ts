import type { Fault } from "./fault.ts";

const JUMP_MS = [1_000, 12_000] as const;
const OFF_MS = 300_000;
const LASTING_MS = [3_000, 15_000] as const;

export const CLOCK_FAULTS: readonly Fault[] = [
  {
    name: "database clock jumps",
    family: "clocks",
    weight: 2,
    async run({ stack, random, count }) {
      const ms = random.integer(...JUMP_MS) * random.pick([-1, 1]);
      await stack.clock.shift(ms);
      count(ms > 0 ? "database clock jumps ahead" : "database clock jumps back");
    },
  },
  {
    name: "process clock is off",
    family: "clocks",
    weight: 3,
    async run({ stack, random, count, pause }) {
      const { name } = random.pick([...stack.dispatchers, ...stack.webs]).process;
      stack.places.setClock(name, random.integer(-OFF_MS, OFF_MS));
      count("process clock is off");
      await pause(random.integer(...LASTING_MS));
      stack.places.setClock(name, 0);
    },
  },
];
