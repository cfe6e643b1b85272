import { setTimeout as delay } from "node:timers/promises";
import {
  type HeartbeatAge,
  type LiveBotEvent,
  type LivePlatformEvent,
  type LivePosition,
  type LogPosition,
  readNewEvents,
  readNewestIds,
} from "#server/database/repositories/live-events.ts";
import { isRepeatable } from "#server/database/retry.ts";
import { hasSeen } from "./follow-log.ts";
import type { FeedMessage } from "./inbox.ts";
import { readCursor, writeCursor } from "./live-cursor.ts";
import { createLiveFeed, type LiveFeedOptions } from "./live-feed.ts";

/**
 * What a viewer is told. `connected`: from here on nothing is left out. `reset`: something was left out, so what is
 * shown is to be read again; the stream goes on from there. `stalled`: the database does not answer, what is shown is
 * old; `resumed`: no longer.
 */
export type LiveMessage =
  | { type: "connected" | "stalled" | "resumed" }
  | { type: "reset"; reason: "too_far_behind" | "too_slow" }
  | { type: "events"; botEvents: LiveBotEvent[]; platformEvents: LivePlatformEvent[] }
  | { type: "heartbeats"; heartbeats: HeartbeatAge[] };

/** A message, and the id with which a viewer that comes back says that it had this one. */
export type LiveItem = { cursor: string | null; message: LiveMessage };

export type LiveService = {
  /** Ends when `signal` is aborted; throws UNAVAILABLE when the service closes. */
  events(viewer: LiveViewer, signal?: AbortSignal): AsyncGenerator<LiveItem, void, void>;
  close(): void;
};

/** `lastEventId`: the cursor of the last message it has, to be told what came since. `botIds`: what it shows. */
export type LiveViewer = { lastEventId?: string; botIds?: readonly number[] };

/** A viewer that missed more ids reads its page again; that is cheaper, and history is not for streams. */
const BEHIND_MOST_IDS = 10_000;
const CATCH_UP_MOST = 1_000;
const RETRY_EVERY_MS = 1_000;

export function createLiveService(deps: LiveFeedOptions): LiveService {
  const { sql } = deps;
  const feed = createLiveFeed(deps);

  async function* events(viewer: LiveViewer, signal?: AbortSignal): AsyncGenerator<LiveItem, void, void> {
    const inbox = feed.join(viewer.botIds ?? []);
    let had: LivePosition | null = null;
    try {
      for (let told = await inbox.take(signal); told !== null; told = await inbox.take(signal)) {
        if (told.type === "joined" && viewer.lastEventId !== undefined) {
          had = yield* catchUp(readCursor(viewer.lastEventId), told.at, signal);
        } else {
          const item = toItem(told, had);
          if (item !== null) yield item;
        }
      }
    } finally {
      feed.leave(inbox);
    }
  }

  /** What lies between the position a viewer had and the one where the feed takes over. → what it had; null: reset. */
  async function* catchUp(
    had: LivePosition | null,
    now: LivePosition,
    signal?: AbortSignal,
  ): AsyncGenerator<LiveItem, LivePosition | null, void> {
    const cursor = writeCursor(now);
    const missed = had === null ? null : await patiently(() => readMissed(had, now), signal);
    if (missed === null) {
      yield { cursor, message: { type: "reset", reason: "too_far_behind" } };
      return null;
    }
    if (missed.botEvents.length + missed.platformEvents.length > 0) {
      yield { cursor, message: { type: "events", ...missed } };
    }
    yield { cursor, message: { type: "connected" } };
    return had;
  }

  async function readMissed(had: LivePosition, now: LivePosition) {
    const newest = await readNewestIds(sql);
    // A position beyond the newest id is another database's, or that of one that was restored since.
    const isNear = (log: LogPosition, id: number) => log.high <= id && id - log.high <= BEHIND_MOST_IDS;
    if (!isNear(had.bots, newest.bots) || !isNear(had.platforms, newest.platforms)) return null;
    const page = await readNewEvents(sql, had, { most: CATCH_UP_MOST });
    if (Math.max(page.botEvents.length, page.platformEvents.length) >= CATCH_UP_MOST) return null;
    return {
      botEvents: page.botEvents.filter(({ id }) => hasSeen(now.bots, id)),
      platformEvents: page.platformEvents.filter(({ id }) => hasSeen(now.platforms, id)),
    };
  }

  return { events, close: () => feed.close() };
}

function toItem(told: FeedMessage, had: LivePosition | null): LiveItem | null {
  if (told.type === "joined") return { cursor: writeCursor(told.at), message: { type: "connected" } };
  if (told.type === "overflow") return { cursor: writeCursor(told.at), message: { type: "reset", reason: "too_slow" } };
  if (told.type !== "events") return { cursor: null, message: told };
  // The replica it comes from may have been ahead of this one.
  const isNew = (log: LogPosition | undefined) => (event: { id: number }) =>
    log === undefined || !hasSeen(log, event.id);
  const botEvents = told.botEvents.filter(isNew(had?.bots));
  const platformEvents = told.platformEvents.filter(isNew(had?.platforms));
  if (botEvents.length + platformEvents.length === 0) return null;
  return { cursor: writeCursor(told.at), message: { type: "events", botEvents, platformEvents } };
}

/** Asks again while the database is away: the viewer has been told, and coming back would change nothing. */
async function patiently<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRepeatable(error)) throw error;
    }
    if (signal?.aborted) return null;
    await delay(RETRY_EVERY_MS, undefined, { ref: false });
  }
}
