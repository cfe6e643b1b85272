import { type HoldHazard, measureHoldHazard, remainingMs, type WatchedHolds } from "./hold-hazard.ts";
import type { DeploymentPlatform } from "./platforms.ts";
import { foreseeOvertaking, type Newcomers, type Overtaking } from "./queue-newcomers.ts";
import { type Course, replayQueue, type WaitingBot } from "./queue-replay.ts";

/** What is known of one platform. Times in milliseconds. */
export type PlatformSlots = WatchedHolds & {
  platform: DeploymentPlatform;
  /** Most bots it may hold, as far as it is known to have room for them. */
  limit: number;
  /** When it takes new bots again; 0 = it does, null = nobody knows (on hold, being drained, out of use). */
  opensInMs: number | null;
};

/** What is known of everything but the queue. */
export type WaitScene = { platforms: readonly PlatformSlots[]; newcomers: readonly Newcomers[] };

/** A bot that is asked for: how many wait before it, and when platforms open to it. */
export type AskedBot = Pick<WaitingBot, "opens"> & { ahead: number };

/** `ms` is as likely too long as too short; eight in ten waits lie from `lowMs` to `highMs`. */
export type WaitEstimate = { ms: number; lowMs: number; highMs: number };

/**
 * Why nothing can be said: `closed` no platform of its plan takes bots, and nobody knows when; `no_slots` those that
 * do have no slot at all; `no_history` no bot has ended yet from which to tell how long one takes.
 */
export type NoEstimate = "closed" | "no_slots" | "no_history";

/** Of the head of the queue, as many bots are played as decide the next hours; reading more is of no use. */
export const HEAD_MOST = 500;
/** Courses that are played when bots and slots are few: the tenth of them is still six. */
const COURSES = 61;
/** Bots and slots played in all: what bounds the time that an estimate takes, with no fewer courses than the least. */
const MOST_PLAYED = 12_000;
const LEAST_COURSES = 21;
/**
 * How far apart days are: the deviation, as a logarithm, of the pace of all slots together from what was watched.
 * Tuned on the training days of docs/wait-estimate.md so that eight in ten waits lie in the range.
 */
const PACE_DEVIATION = 0.13;
/** Where the draws for bots begin, and for those who come yet, so that no slot shifts them. */
const FIRST_BOT = 2_000_000;
const FIRST_NEWCOMER = 3_000_000;

/**
 * When each bot asked for gets a slot, should it wait for it beyond its deadline. `head`: the first of the queue in
 * its order, without a gap; a bot further back than that is told by the pace of those. Plays the queue forward,
 * several times: each occupied slot comes free as holds of its age were seen to end, each bot takes the first that is
 * open to it, those ahead give up at their deadlines, and as many of a higher priority come as came lately. Draws are made from a fixed sequence: the same state gives
 * the same answer, and of bots that may use the same platforms none waits shorter than one before it.
 */
export function estimateWaits(
  { platforms, newcomers }: WaitScene,
  head: readonly WaitingBot[],
  asked: readonly AskedBot[],
): (WaitEstimate | NoEstimate)[] {
  const hold = measureHoldHazard(platforms);
  const usable = platforms.filter((p) => p.opensInMs !== null);
  const slots = usable.reduce((sum, p) => sum + p.limit, 0);
  const known = head.slice(0, HEAD_MOST);
  const mostCourses = Math.floor(MOST_PLAYED / (known.length + slots + 1));
  const courses = Math.min(COURSES, Math.max(LEAST_COURSES, mostCourses));
  const waits: number[][] = asked.map(() => []);
  for (let n = 0; n < courses; n++) {
    const draw = drawsOf(n, courses, hold);
    const overtaking = foreseeOvertaking(known, newcomers, (number) => -Math.log(spread(n, FIRST_NEWCOMER + number)));
    const { startsInMs, holdMs } = playCourse(usable, known, overtaking, hold, draw);
    const further = goFurther(known, startsInMs, holdMs, slots);
    for (const [place, { ahead, opens }] of asked.entries()) {
      const inMs = startsInMs[ahead] ?? Math.max(further(ahead), firstOpening(opens));
      waits[place]?.push(inMs);
    }
  }
  return waits.map((wait, place) => summarize(wait) ?? explain(asked[place], usable));
}

function summarize(waits: number[]): WaitEstimate | null {
  waits.sort((a, b) => a - b);
  const at = (share: number) => Math.round(waits[Math.round((waits.length - 1) * share)] ?? Infinity);
  const estimate = { ms: at(0.5), lowMs: at(0.1), highMs: at(0.9) };
  return Number.isFinite(estimate.highMs) ? estimate : null;
}

function explain(bot: AskedBot | undefined, usable: readonly PlatformSlots[]): NoEstimate {
  const open = usable.filter((p) => bot?.opens.some((opening) => opening.platform === p.platform));
  if (open.length === 0) return "closed";
  return open.every((p) => p.limit === 0) ? "no_slots" : "no_history";
}

type Draw = (place: number) => number;

/** The draws of one course. In each, all slots together are a little faster or slower than was watched. */
function drawsOf(n: number, courses: number, hold: HoldHazard): Draw {
  const deviation = Math.sqrt(PACE_DEVIATION ** 2 + 1 / Math.max(1, hold.ends));
  const pace = Math.exp(deviation * normalQuantile((n + 0.5) / courses));
  return (place) => pace * -Math.log(spread(n, place));
}

/** When the known bots start in one course, and how long they hold their slot. */
function playCourse(
  platforms: readonly PlatformSlots[],
  known: readonly WaitingBot[],
  overtaking: readonly Overtaking[],
  hold: HoldHazard,
  draw: Draw,
): { startsInMs: number[]; holdMs: number[] } {
  const freeInMs = drawSlots(platforms, hold, draw);
  const holdMs = known.map((_, bot) => remainingMs(hold, 0, draw(FIRST_BOT + bot)));
  const ahead = overtaking.map(({ place, inMs }, number) => ({
    ...{ place, known: false, givesUpInMs: Infinity, holdMs: remainingMs(hold, 0, draw(FIRST_NEWCOMER + number)) },
    opens: platforms.map(({ platform }) => ({ platform, inMs })),
  }));
  const waiting = known.map((bot, place) => ({ ...bot, place, known: true, holdMs: holdMs[place] ?? Infinity }));
  const queue = [...ahead, ...waiting].sort((a, b) => a.place - b.place || Number(a.known) - Number(b.known));
  const starts = replayQueue(queue, { freeInMs, holdMs: queue.map((bot) => bot.holdMs) });
  return { startsInMs: starts.filter((_, bot) => queue[bot]?.known), holdMs };
}

/** When the slots of each platform come free. */
function drawSlots(platforms: readonly PlatformSlots[], hold: HoldHazard, draw: Draw): Course["freeInMs"] {
  let slot = 0;
  const freeInMs = new Map<DeploymentPlatform, number[]>();
  for (const { platform, limit, agesMs, opensInMs } of platforms) {
    const left = agesMs.map((ageMs) => remainingMs(hold, ageMs, draw(slot++))).sort((a, b) => a - b);
    // Over a lowered limit, the first slots that come free are given to nobody.
    const kept = left.slice(Math.max(0, agesMs.length - limit));
    const free = Array.from({ length: Math.max(0, limit - agesMs.length) }, () => 0);
    freeInMs.set(
      platform,
      [...free, ...kept].map((inMs) => Math.max(inMs, opensInMs ?? 0)),
    );
  }
  return freeInMs;
}

/**
 * For bots behind those of which anything is known: once these have a slot or gave up, the queue goes on as fast as
 * slots are held, and as many of it give up as of these.
 */
function goFurther(
  known: readonly WaitingBot[],
  startsInMs: readonly number[],
  holdMs: readonly number[],
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

/** A number in (0, 1), always the same for the same two: well spread over both (the finalizer of MurmurHash3). */
function spread(course: number, place: number): number {
  let h = Math.imul(course + 1, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (((h ^ (h >>> 16)) >>> 0) + 0.5) / 4_294_967_296;
}

/** The standard normal quantile (Tocher's logistic approximation: within 0.02 from 0.01 to 0.99). */
function normalQuantile(share: number): number {
  return Math.log(share / (1 - share)) * Math.sqrt(Math.PI / 8);
}
