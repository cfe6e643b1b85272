import { type Draw, drawOf, drawsOf, shareOut, spread } from "./course-draws.ts";
import { type HoldHazard, measureHoldHazard, remainingMs, type WatchedHolds } from "./hold-hazard.ts";
import { reopensInMs } from "./open-times.ts";
import type { DeploymentPlatform } from "./platforms.ts";
import { foreseeOvertaking, type Newcomers, type Overtaking } from "./queue-newcomers.ts";
import { type Course, type Replay, replayQueue, type WaitingBot } from "./queue-replay.ts";
import { drawReleases, type OccupiedSlots, orderByAge } from "./slot-releases.ts";

/** What is known of one platform. Times in milliseconds. */
export type PlatformSlots = WatchedHolds & {
  platform: DeploymentPlatform;
  /** Most bots it may hold, as far as it is known to have room for them. */
  limit: number;
  /** When it takes new bots again, or may be tried; 0 = it does, null = nobody knows (on hold, being drained, out of use). */
  opensInMs: number | null;
  /** For how long it has been failing; null = it is not. */
  failingForMs: number | null;
};

/** What is known of everything but the queue. */
export type WaitScene = { platforms: readonly PlatformSlots[]; newcomers: readonly Newcomers[] };

/** What one course told: when the known bots start, how long they hold their slot, and how much was reckoned. */
export type Played = { startsInMs: readonly number[]; holdMs: readonly number[]; steps: number };

/** Where the draws for bots begin, for those who come yet, for outages and for turns, so that no slot shifts them. */
const FIRST_BOT = 2_000_000;
const FIRST_NEWCOMER = 3_000_000;
const FIRST_OUTAGE = 4_000_000;
const FIRST_TURN = 5_000_000;

type Prepared = Pick<PlatformSlots, "platform"> & {
  free: number;
  held: OccupiedSlots;
  /** Over a lowered limit, the first slots that come free are given to nobody. */
  surplus: number;
  occupied: number;
  opensInMs: readonly number[];
  firstDraw: number;
};

/** Plays the known queue forward so many times, on platforms that take bots some time. */
export function playCourses(
  { platforms, newcomers }: WaitScene,
  known: readonly WaitingBot[],
  courses: number,
): Played[] {
  const hold = measureHoldHazard(platforms);
  const usable = preparePlatforms(
    platforms.filter((p) => p.opensInMs !== null),
    hold,
    courses,
  );
  return Array.from({ length: courses }, (_, n) => {
    const overtaking = foreseeOvertaking(known, newcomers, (number) => drawOf(n, FIRST_NEWCOMER + number));
    const draw = drawsOf(n, courses, hold.ends);
    const wanted = known.length + overtaking.length;
    const freeInMs = new Map(
      usable.map((at) => {
        const turn = (slot: number) => spread(n, FIRST_TURN + at.firstDraw + slot);
        const released = (most: number) => drawReleases(hold, at.held, most, (slot) => draw(at.firstDraw + slot), turn);
        return [at.platform, listSlots(at, wanted, released, at.opensInMs[n] ?? 0)];
      }),
    );
    return playCourse(known, overtaking, hold, draw, freeInMs);
  });
}

function preparePlatforms(usable: readonly PlatformSlots[], hold: HoldHazard, courses: number): Prepared[] {
  let firstDraw = 0;
  return usable.map(({ platform, limit, agesMs, opensInMs, failingForMs }, number) => {
    const occupied = agesMs.length;
    const prepared = {
      ...{ platform, occupied, firstDraw, free: Math.max(0, limit - occupied), surplus: Math.max(0, occupied - limit) },
      held: orderByAge(hold, agesMs),
      opensInMs: shareOut(courses, FIRST_OUTAGE + number).map((share) =>
        failingForMs === null ? (opensInMs ?? 0) : reopensInMs(failingForMs, opensInMs ?? 0, share),
      ),
    };
    firstDraw += occupied;
    return prepared;
  });
}

/** When the slots of a platform come free, as many of the first as may be wanted: one for each bot, whatever happens. */
function listSlots(at: Prepared, wanted: number, released: (most: number) => number[], opensInMs: number): number[] {
  const free = Math.min(at.free, wanted);
  const kept = Math.min(at.occupied - at.surplus, wanted - free);
  const freeInMs = Array.from({ length: free }, () => opensInMs);
  if (kept === 0) return freeInMs;
  for (const inMs of released(at.surplus + kept).slice(at.surplus)) freeInMs.push(Math.max(inMs, opensInMs));
  return freeInMs;
}

function playCourse(
  known: readonly WaitingBot[],
  overtaking: readonly Overtaking[],
  hold: HoldHazard,
  draw: Draw,
  freeInMs: Course["freeInMs"],
): Played {
  const platforms = [...freeInMs.keys()];
  const holdMs = known.map((_, bot) => remainingMs(hold, 0, draw(FIRST_BOT + bot)));
  const queue: Omit<WaitingBot, "priority">[] = [];
  const holds: number[] = [];
  const places: number[] = [];
  let number = 0;
  for (const [place, bot] of known.entries()) {
    for (let next = overtaking[number]; next !== undefined && next.place <= place; next = overtaking[++number]) {
      const { inMs } = next;
      queue.push({ givesUpInMs: Infinity, opens: platforms.map((platform) => ({ platform, inMs })) });
      holds.push(remainingMs(hold, 0, draw(FIRST_NEWCOMER + number)));
    }
    places.push(queue.length);
    queue.push(bot);
    holds.push(holdMs[place] ?? Infinity);
  }
  const { startsInMs, steps }: Replay = replayQueue(queue, { freeInMs, holdMs: holds });
  return { startsInMs: places.map((place) => startsInMs[place] ?? Infinity), holdMs, steps };
}
