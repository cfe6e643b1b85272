import type { Instant, Link } from "../net/link.ts";
import { FAILPOINTS } from "../net/names.ts";
import { DISPATCHER_LEASE_MS } from "../stack/plan.ts";
import type { Member, Stack } from "../stack/stack.ts";
import type { Fault, FaultContext } from "./fault.ts";

/** What is done at the instant: the process dies or freezes there, or only its connection does. */
type Deed = "kill" | "freeze" | "cut";

/** How long is waited for the instant to come. */
const ARMED_MS = 10_000;
const FROZEN_MS = DISPATCHER_LEASE_MS + 3_000;

type Place = { link: Link; point: string; victims: readonly Member[]; deeds: readonly Deed[] };

/** Strikes once at a named instant: `kill@k8s-create:answered`. Not counted when the instant does not come. */
export const FAILPOINT_FAULTS: readonly Fault[] = [
  { name: "failpoint", family: "failpoints", weight: 30, run: strike },
];

async function strike({ stack, random, count, pause }: FaultContext): Promise<void> {
  const { link, point, victims, deeds } = drawPlace(stack, random);
  if (link.isArmed()) return;
  const deed = random.pick(deeds);
  const instant = random.pick<Instant>(["before", "answered", "told"]);
  const struck = Promise.withResolvers<void>();
  let done = false;
  link.setTrigger((name, at) => {
    if (done || name !== point || at !== instant) return "pass";
    done = true;
    count(`${deed}@${point}:${instant}`);
    struck.resolve();
    for (const { process } of victims) {
      if (deed === "kill") process.kill();
      else if (deed === "freeze") process.freeze();
    }
    if (deed !== "freeze") return "drop";
    // What it was about to send is sent when it wakes.
    return at === "before" ? { holdMs: FROZEN_MS } : "pass";
  });
  await Promise.race([struck.promise, pause(ARMED_MS)]);
  link.setTrigger(null);
  if (!done || deed !== "freeze") return;
  await pause(FROZEN_MS);
  for (const { process } of victims) process.thaw();
}

function drawPlace(stack: Stack, random: FaultContext["random"]): Place {
  const kind = random.weighted([
    [5, "database"],
    [3, "k8s"],
    [3, "aws"],
    [3, "coolify"],
    [2, "web"],
    [2, "bots"],
    [2, "callers"],
  ] as const);
  const all: readonly Deed[] = ["kill", "freeze", "cut"];
  if (kind === "bots")
    return { link: stack.links.bots, point: random.pick(FAILPOINTS.bots), victims: [], deeds: ["cut"] };
  if (kind === "callers") {
    return { link: stack.links.callers, point: random.pick(FAILPOINTS.callers), victims: [], deeds: ["cut"] };
  }
  if (kind === "web") {
    const index = random.integer(0, stack.webs.length - 1);
    const [web, links] = [stack.webs[index], stack.links.webs[index]];
    if (web === undefined || links === undefined) throw new Error("There is no such web");
    return { link: links.database, point: random.pick(["claim", "commit"]), victims: [web], deeds: all };
  }
  const index = random.integer(0, stack.dispatchers.length - 1);
  const [dispatcher, links] = [stack.dispatchers[index], stack.links.dispatchers[index]];
  if (dispatcher === undefined || links === undefined) throw new Error("There is no such dispatcher");
  const link = kind === "database" ? links.database : links.platforms[kind];
  const points = FAILPOINTS[kind].filter((point) => point !== "claim");
  return { link, point: random.pick(points), victims: [dispatcher], deeds: all };
}
