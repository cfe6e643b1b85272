import { DISPATCHER_LEASE_MS } from "../stack/plan.ts";
import type { Fault, FaultContext } from "./fault.ts";

const FROZEN_LONGEST_MS = 8_000;

/** SIGKILL: the supervisor starts them again. */
export const KILLS: readonly Fault[] = [
  {
    name: "kill dispatcher",
    family: "processes",
    weight: 6,
    async run({ stack, random, count }) {
      random.pick(stack.dispatchers).process.kill();
      count("kill dispatcher");
    },
  },
  {
    name: "kill every dispatcher",
    family: "processes",
    weight: 2,
    async run({ stack, count }) {
      for (const { process } of stack.dispatchers) process.kill();
      count("kill every dispatcher");
    },
  },
  {
    name: "stop dispatcher in order",
    family: "processes",
    weight: 2,
    async run({ stack, random, count }) {
      random.pick(stack.dispatchers).process.restart();
      count("stop dispatcher in order");
    },
  },
  {
    name: "kill web",
    family: "processes",
    weight: 4,
    async run({ stack, random, count }) {
      random.pick(stack.webs).process.kill();
      count("kill web");
    },
  },
  {
    name: "kill every web",
    family: "processes",
    weight: 2,
    async run({ stack, count }) {
      for (const { process } of stack.webs) process.kill();
      count("kill every web");
    },
  },
];

/** SIGSTOP past the lease, then SIGCONT. */
export const FREEZES: readonly Fault[] = [
  {
    name: "freeze dispatcher",
    family: "freezes",
    weight: 4,
    run: (context) => freeze(context, [context.random.pick(context.stack.dispatchers)], "freeze dispatcher"),
  },
  {
    name: "freeze two dispatchers",
    family: "freezes",
    weight: 2,
    run: (context) => freeze(context, context.stack.dispatchers.slice(1), "freeze two dispatchers"),
  },
  {
    name: "freeze web",
    family: "freezes",
    weight: 2,
    run: (context) => freeze(context, [context.random.pick(context.stack.webs)], "freeze web"),
  },
];

async function freeze(
  { random, count, pause }: FaultContext,
  members: FaultContext["stack"]["dispatchers"],
  name: string,
): Promise<void> {
  for (const { process } of members) process.freeze();
  count(name);
  await pause(DISPATCHER_LEASE_MS + random.integer(500, FROZEN_LONGEST_MS));
  for (const { process } of members) process.thaw();
}
