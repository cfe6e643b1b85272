import { type PlatformSlots, type Played, playCourses, type WaitScene } from "./play-course.ts";
import type { WaitingBot } from "./queue-replay.ts";

/** A bot that is asked for: how many wait before it, and when platforms open to it. */
export type AskedBot = Pick<WaitingBot, "opens"> & { ahead: number };

/** `ms` is as likely too long as too short; eight in ten waits lie from `lowMs` to `highMs`. */
export type WaitEstimate = { ms: number; lowMs: number; highMs: number };

/**
 * Why nothing can be said: `closed` no platform of its plan takes bots, and nobody knows when; `no_slots` those that
 * do have no slot at all; `no_history` no bot has ended yet from which to tell how long one takes.
 */
export type NoEstimate = "closed" | "no_slots" | "no_history";

/** A queue that was played forward, of which any number of bots may be asked for. */
export type ForeseenQueue = {
  /** When each bot asked for gets a slot, should it wait for it beyond its deadline; in their order. */
  tell: (asked: readonly AskedBot[]) => (WaitEstimate | NoEstimate)[];
  /** Slots that were given and taken back and stages that opened in all courses: what it took to play them. */
  steps: number;
};

/** Of the head of the queue, as many bots are played as decide the next hours; reading more is of no use. */
export const HEAD_MOST = 500;
/** Courses that are played when bots and slots are few: the tenth of them is still six. */
const COURSES = 61;
/** Bots and slots played in all: what bounds the time that an estimate takes, with no fewer courses than the least. */
const MOST_PLAYED = 12_000;
const LEAST_COURSES = 21;

/**
 * Plays the queue forward, several times: each occupied slot comes free as holds of its age were seen to end, each bot
 * takes the first that is open to it, those ahead give up at their deadlines, and as many of a higher priority come as
 * came lately. `head`: the first of the queue in its order, without a gap; a bot further back than that is told by the
 * pace of those. Draws are made from a fixed sequence: the same state gives the same answer, and of bots that may use
 * the same platforms none waits shorter than one before it. No step is made for slots that none of these bots will see.
 */
export function foreseeQueue(scene: WaitScene, head: readonly WaitingBot[]): ForeseenQueue {
  const known = head.slice(0, HEAD_MOST);
  const usable = scene.platforms.filter((p) => p.opensInMs !== null);
  const slots = usable.reduce((sum, p) => sum + p.limit, 0);
  const played = usable.reduce((sum, p) => sum + Math.min(p.limit, known.length), known.length + 1);
  const courses = playCourses(
    scene,
    known,
    Math.min(COURSES, Math.max(LEAST_COURSES, Math.floor(MOST_PLAYED / played))),
  );
  const further = courses.map((course) => goFurther(known, course, slots));
  const startsOfKnown: (readonly number[])[] = [];
  /** When the bot at a place starts, over all courses, the soonest first. */
  const startsAt = (ahead: number): readonly number[] => {
    if (ahead >= known.length) return ascending(further.map((go) => go(ahead)));
    startsOfKnown[ahead] ??= ascending(courses.map((c) => c.startsInMs[ahead] ?? Infinity));
    return startsOfKnown[ahead];
  };
  return {
    tell: (asked) =>
      asked.map((bot) => explain(bot, usable) ?? summarize(startsAt(bot.ahead), firstOpening(bot.opens))),
    steps: courses.reduce((sum, course) => sum + course.steps, 0),
  };
}

/** The estimates of one who asks once. */
export function estimateWaits(scene: WaitScene, head: readonly WaitingBot[], asked: readonly AskedBot[]) {
  return foreseeQueue(scene, head).tell(asked);
}

function ascending(values: number[]): readonly number[] {
  return values.sort((a, b) => a - b);
}

/** Nothing ends without history, and nobody starts before a platform opens to it. */
function summarize(startsInMs: readonly number[], opensInMs: number): WaitEstimate | NoEstimate {
  const last = startsInMs.length - 1;
  const at = (share: number) => Math.round(Math.max(opensInMs, startsInMs[Math.round(last * share)] ?? Infinity));
  const estimate = { ms: at(0.5), lowMs: at(0.1), highMs: at(0.9) };
  return Number.isFinite(estimate.highMs) ? estimate : "no_history";
}

function explain(bot: AskedBot, usable: readonly PlatformSlots[]): NoEstimate | null {
  const open = usable.filter((p) => bot.opens.some((opening) => opening.platform === p.platform));
  if (open.length === 0) return "closed";
  return open.every((p) => p.limit === 0) ? "no_slots" : null;
}

/**
 * For bots behind those of which anything is known: once these have a slot or gave up, the queue goes on as fast as
 * slots are held, and as many of it give up as of these.
 */
function goFurther(
  known: readonly WaitingBot[],
  { startsInMs, holdMs }: Played,
  slots: number,
): (ahead: number) => number {
  const served = startsInMs.filter((inMs, bot) => inMs < (known[bot]?.givesUpInMs ?? 0)).length;
  const untilMs = startsInMs.reduce((latest, inMs) => Math.max(latest, inMs), 0);
  const totalMs = holdMs.reduce((sum, ms) => sum + ms, 0);
  // The mean hold, times the share that does not give up, over the slots.
  const eachMs = (totalMs * served) / known.length ** 2 / slots;
  return (ahead) => untilMs + (ahead - known.length + 1) * eachMs;
}

function firstOpening(opens: WaitingBot["opens"]): number {
  return opens.reduce((first, { inMs }) => Math.min(first, inMs), Infinity);
}
