import type { Direction } from "../net/flow.ts";
import type { Link, LinkMode } from "../net/link.ts";
import type { Fault, FaultContext } from "./fault.ts";

const LONGEST_MS = 9_000;
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

export const LINK_FAULTS: readonly Fault[] = Object.entries(GROUPS).flatMap(([group, linksOf]) => [
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
