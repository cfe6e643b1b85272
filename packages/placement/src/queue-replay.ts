import { popNumber, pushNumber } from "./number-heap.ts";
import type { Opening } from "./open-times.ts";
import type { DeploymentPlatform } from "./platforms.ts";

/** A waiting bot: in how many milliseconds which platform opens to it, and it gives up. */
export type WaitingBot = { priority: number; opens: readonly Opening[]; givesUpInMs: number };

/** One way it may go on: when the slots of each platform come free, and how long each bot of the queue holds its own. */
export type Course = { freeInMs: ReadonlyMap<DeploymentPlatform, readonly number[]>; holdMs: readonly number[] };

/** When each bot of the queue has a slot, and how many slots were given and taken back and stages opened until then. */
export type Replay = { startsInMs: number[]; steps: number };

type Slots = { releases: number[]; ready: number[]; idle: number };

/**
 * Plays a queue forward: a slot that comes free goes to the first bot to which its platform is open by then. Answers
 * when each bot has one, in milliseconds, Infinity = never. Of a bot that has given up before: when it would have had
 * one, had it stayed; it takes none from those behind it. Of each platform no more slots need be given than bots.
 */
export function replayQueue(queue: readonly Omit<WaitingBot, "priority">[], course: Course): Replay {
  const startsInMs = queue.map(() => Infinity);
  const slots = new Map<DeploymentPlatform, Slots>();
  for (const [platform, freeInMs] of course.freeInMs) {
    const releases: number[] = [];
    for (const inMs of freeInMs) pushNumber(releases, inMs);
    slots.set(platform, { releases, ready: [], idle: 0 });
  }
  const openings = orderOpenings(queue);

  let waiting = queue.length;
  let steps = 0;
  /** Gives a slot to the bot, unless it has given up; whether it took it. */
  const take = (bot: number, at: Slots, nowMs: number): boolean => {
    startsInMs[bot] = nowMs;
    waiting--;
    if ((queue[bot]?.givesUpInMs ?? 0) <= nowMs) return false;
    pushNumber(at.releases, nowMs + (course.holdMs[bot] ?? Infinity));
    return true;
  };
  const release = (at: Slots): void => {
    const nowMs = popNumber(at.releases) ?? Infinity;
    for (let bot = popNumber(at.ready); bot !== undefined; bot = popNumber(at.ready)) {
      if (startsInMs[bot] === Infinity && take(bot, at, nowMs)) return;
    }
    at.idle++;
  };
  const open = ({ platform, inMs, bot }: BotOpening): void => {
    const at = slots.get(platform);
    if (at === undefined || startsInMs[bot] !== Infinity) return;
    if (at.idle === 0) pushNumber(at.ready, bot);
    else if (take(bot, at, inMs)) at.idle--;
  };

  for (let next = 0; waiting > 0; steps++) {
    const first = firstRelease(slots);
    const opening = openings[next];
    if (opening !== undefined && opening.inMs <= (first?.releases[0] ?? Infinity)) {
      open(opening);
      next++;
    } else if (first !== undefined) release(first);
    else break;
  }
  return { startsInMs, steps };
}

type BotOpening = Opening & { bot: number };

/** By time, and of the same time in the order of the queue. Most are open now, and need no sorting. */
function orderOpenings(queue: readonly Pick<WaitingBot, "opens">[]): BotOpening[] {
  const now: BotOpening[] = [];
  const later: BotOpening[] = [];
  for (const [bot, { opens }] of queue.entries()) {
    for (const { platform, inMs } of opens) (inMs <= 0 ? now : later).push({ platform, inMs, bot });
  }
  return now.concat(later.sort((a, b) => a.inMs - b.inMs));
}

function firstRelease(slots: ReadonlyMap<DeploymentPlatform, Slots>): Slots | undefined {
  let first: Slots | undefined;
  for (const at of slots.values()) {
    if ((at.releases[0] ?? Infinity) < (first?.releases[0] ?? Infinity)) first = at;
  }
  return first;
}
