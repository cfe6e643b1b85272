import type { DeploymentPlatform } from "@milo/placement";
import {
  type HeartbeatAge,
  type LiveBotEvent,
  type LivePlatformEvent,
  type LivePosition,
  type LogPosition,
  readNewEvents,
  readNewestIds,
} from "#server/database/repositories/live-events.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import { hasSeen } from "./follow-log.ts";
import type { FeedMessage } from "./inbox.ts";
import { readCursor, writeCursor } from "./live-cursor.ts";
import { createLiveFeed, type LiveFeedOptions } from "./live-feed.ts";
import { patiently } from "./patiently.ts";

/**
 * What a viewer is told. `connected`: from here on nothing is left out. `reset`: something was left out, so what is
 * shown is to be read again; the stream goes on from there. `stalled`: the database does not answer, what is shown is
 * old; `resumed`: no longer. `platforms`: what these hold or may hold has changed in a way that leaves no event.
 */
export type LiveMessage =
  | { type: "connected" | "stalled" | "resumed" }
  | { type: "reset"; reason: "too_far_behind" | "too_slow"; seen: SeenIds }
  | { type: "events"; botEvents: LiveBotEvent[]; platformEvents: LivePlatformEvent[] }
  | { type: "heartbeats"; heartbeats: HeartbeatAge[] }
  | { type: "platforms"; platforms: DeploymentPlatform[] };

/** Where the stream goes on: the highest ids that can have been left out. */
export type SeenIds = { bots: number; platforms: number };

/** A moment to read the database at: what it shows then is complete up to `position`, and `cursor` tells the rest. */
export type LivePoint = { cursor: string; position: LivePosition };

/** A message, and the id with which a viewer that comes back says that it had this one. */
export type LiveItem = { cursor: string | null; message: LiveMessage };

export type LiveService = {
  /** Ends when `signal` is aborted; throws UNAVAILABLE when the service closes. */
  events(viewer: LiveViewer, signal?: AbortSignal): AsyncGenerator<LiveItem, void, void>;
  /** To be asked for before a page is read, whose viewer then joins with this cursor. */
  point(): Promise<LivePoint>;
  close(): void;
};

/** `lastEventId`: the cursor of the last message it has, to be told what came since. `botIds`: what it shows. */
export type LiveViewer = { lastEventId?: string; botIds?: readonly number[] };

/** A viewer that missed more ids reads its page again; that is cheaper, and history is not for streams. */
const BEHIND_MOST_IDS = 10_000;
const CATCH_UP_MOST = 1_000;

export function createLiveService(deps: LiveFeedOptions): LiveService {
  const { sql } = deps;
  const feed = createLiveFeed(deps);
  const closing = new AbortController();

  async function* events(viewer: LiveViewer, signal?: AbortSignal): AsyncGenerator<LiveItem, void, void> {
    const inbox = feed.join(viewer.botIds ?? []);
    const toEnd = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]);
    let had: LivePosition | null = null;
    try {
      for (let told = await inbox.take(signal); told !== null; told = await inbox.take(signal)) {
        if (told.type === "joined" && viewer.lastEventId !== undefined) {
          had = yield* catchUp(readCursor(viewer.lastEventId), told.at, toEnd);
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
    toEnd: AbortSignal,
  ): AsyncGenerator<LiveItem, LivePosition | null, void> {
    const cursor = writeCursor(now);
    const missed = had === null ? null : yield* patiently(() => readMissed(had, now), toEnd);
    // Its inbox says how it ends.
    if (toEnd.aborted) return had;
    if (missed === null) {
      yield { cursor, message: reset("too_far_behind", now) };
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
      botEvents: page.botEvents.filter(({ id }) => hasSeen(now.bots, id)).map(masked),
      platformEvents: page.platformEvents.filter(({ id }) => hasSeen(now.platforms, id)).map(masked),
    };
  }

  async function point(): Promise<LivePoint> {
    const { bots, platforms } = await feed.position();
    const position = { bots: plain(bots), platforms: plain(platforms) };
    return { cursor: writeCursor(position), position };
  }

  function close(): void {
    feed.close();
    closing.abort();
  }

  return { events, point, close };
}

function plain({ high, gaps }: LogPosition): LogPosition {
  return { high, gaps: gaps.map(({ low, high: top }) => ({ low, high: top })) };
}

function reset(reason: "too_far_behind" | "too_slow", { bots, platforms }: LivePosition): LiveMessage {
  return { type: "reset", reason, seen: { bots: bots.high, platforms: platforms.high } };
}

function toItem(told: FeedMessage, had: LivePosition | null): LiveItem | null {
  if (told.type === "joined") return { cursor: writeCursor(told.at), message: { type: "connected" } };
  if (told.type === "overflow") return { cursor: writeCursor(told.at), message: reset(told.reason, told.at) };
  if (told.type !== "events") return { cursor: null, message: told };
  // The replica it comes from may have been ahead of this one.
  const isNew = (log: LogPosition | undefined) => (event: { id: number }) =>
    log === undefined || !hasSeen(log, event.id);
  const botEvents = told.botEvents.filter(isNew(had?.bots)).map(masked);
  const platformEvents = told.platformEvents.filter(isNew(had?.platforms)).map(masked);
  if (botEvents.length + platformEvents.length === 0) return null;
  return { cursor: writeCursor(told.at), message: { type: "events", botEvents, platformEvents } };
}

/** What a bot says of itself may hold an address, and its query a password. */
function masked<Event extends { message: string }>(event: Event): Event {
  return { ...event, message: maskUrls(event.message) };
}
