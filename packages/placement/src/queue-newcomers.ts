import type { WaitingBot } from "./queue-replay.ts";

/** Bots of a priority keep coming, one in `everyMs` on average. */
export type Newcomers = { priority: number; everyMs: number };
/** Newcomers that go before the bot at a place of the queue, and come in so many milliseconds. */
export type Overtaking = { place: number; inMs: number };

/** No further ahead than this is it guessed who will come: by then the day is another. */
const FORESEEN_MS = 2 * 3_600_000;
/** What bounds the work, with a hundred priorities and thousands of bots an hour. */
const OVERTAKING_MOST = 300;

/**
 * Those who will come and go before bots that wait already, at draws from the standard exponential by their number;
 * in the order of their places.
 */
export function foreseeOvertaking(
  queue: readonly Pick<WaitingBot, "priority">[],
  newcomers: readonly Newcomers[],
  draw: (number: number) => number,
): Overtaking[] {
  const rates = new Map<number, number>();
  for (const { priority, everyMs } of newcomers) {
    const place = queue.findIndex((bot) => bot.priority < priority);
    if (place >= 0) rates.set(place, (rates.get(place) ?? 0) + 1 / everyMs);
  }
  const overtaking: Overtaking[] = [];
  for (const [place, rate] of [...rates].sort(([a], [b]) => a - b)) {
    for (let inMs = 0; overtaking.length < OVERTAKING_MOST; ) {
      inMs += draw(overtaking.length) / rate;
      if (inMs > FORESEEN_MS) break;
      overtaking.push({ place, inMs });
    }
  }
  return overtaking;
}
