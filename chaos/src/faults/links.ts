import type { Direction } from "../net/flow.ts";
import type { Link, LinkMode } from "../net/link.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { startAtOnce, startLate } from "./start-delay.ts";

const LONGEST_MS = 9_000;
const PLATFORMS = ["k8s", "aws", "coolify"] as const;
/** For so long bots come to be starting, before. */
const STARTING_MS = 4_000;
/** Longer than a bot has to claim, so that milo has to leave its own silence out. */
const WEB_CUT_OFF_MS = [27_000, 32_000] as const;
const DELAYS_MS = [30, 300] as const;

/** Links by what they join; a run takes one or all of them. */
const GROUPS = {
  "dispatcher-database": ({ stack }: FaultContext) => stack.links.dispatchers.map((one) => one.database),
  "web-database": ({ stack }: FaultContext) => stack.links.webs.map((one) => one.database),
  "dispatcher-platform": ({ stack, random }: FaultContext) => {
    const platform = random.pick(["k8s", "aws", "coolify"] as const);
    return stack.links.dispatchers.map((one) => one.platforms[platform]);
  },
  "bots-web": ({ stack }: FaultContext) => [stack.links.bots],
  "callers-web": ({ stack }: FaultContext) => [stack.links.callers],
} as const;

const MODES: readonly (readonly [name: string, mode: LinkMode])[] = [
  ["cut", { kind: "cut" }],
  ["swallow requests", { kind: "half", directions: ["up"] }],
  ["swallow answers", { kind: "half", directions: ["down"] }],
  ["swallow all", { kind: "half", directions: ["up", "down"] }],
];

const GROUP_FAULTS: readonly Fault[] = Object.entries(GROUPS).flatMap(([group, linksOf]) => [
  ...MODES.map(
    ([name, mode]): Fault => ({
      name: `${name} ${group}`,
      family: "links",
      weight: 1,
      run: (context) => strike(context, linksOf(context), `${name} ${group}`, (link) => link.setMode(mode)),
    }),
  ),
  {
    name: `delay ${group}`,
    family: "links",
    weight: 2,
    run: (context) => {
      const directions: readonly Direction[] = context.random.pick([["up"], ["down"], ["up", "down"]] as const);
      const ms = context.random.integer(...DELAYS_MS);
      return strike(context, linksOf(context), `delay ${group}`, (link) => {
        for (const direction of directions) link.setDelay(direction, ms);
      });
    },
  },
]);

export const LINK_FAULTS: readonly Fault[] = [
  ...GROUP_FAULTS,
  { name: "cut every web off while bots start", family: "links", weight: 1, run: cutWebsOff },
];

/** Nobody hears the bots that start now for longer than they may take to claim, and they try again ever more rarely. */
async function cutWebsOff({ stack, random, count, pause }: FaultContext): Promise<void> {
  const links = stack.links.webs.map((one) => one.database);
  await Promise.all(PLATFORMS.map((platform) => startLate(stack.emulators[platform], platform, STARTING_MS)));
  await pause(STARTING_MS);
  for (const link of links) link.setMode({ kind: "cut" });
  count("cut every web off while bots start");
  await Promise.all(PLATFORMS.map((platform) => startAtOnce(stack.emulators[platform], platform)));
  await pause(random.integer(...WEB_CUT_OFF_MS));
  for (const link of links) link.heal();
}

async function strike(
  { random, count, pause }: FaultContext,
  links: readonly Link[],
  name: string,
  hurt: (link: Link) => void,
): Promise<void> {
  const hit = random.chance(0.7) ? [random.pick(links)] : links;
  for (const link of hit) hurt(link);
  count(name);
  await pause(random.integer(1_000, LONGEST_MS));
  for (const link of hit) link.heal();
}
