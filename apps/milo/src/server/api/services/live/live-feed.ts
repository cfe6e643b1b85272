import { setTimeout as delay } from "node:timers/promises";
import type { DeploymentPlatform } from "@milo/placement";
import type { Logger } from "pino";
import type { Sql } from "#server/database/client.ts";
import {
  type LivePage,
  type LivePosition,
  readHeartbeatAges,
  readNewEvents,
  readNewestIds,
} from "#server/database/repositories/live-events.ts";
import { readPlatformPulse } from "#server/database/repositories/platform-pulse.ts";
import type { Times } from "../../../../config/times.ts";
import { ServiceError } from "../errors.ts";
import { EXPIRING_MS, STAMPS_MISSED } from "../overview/tell-attention.ts";
import { advanceLog, type FollowedLog, type LogLook, needsFence } from "./follow-log.ts";
import { createInbox, type Inbox } from "./inbox.ts";

/** One reader of what is new, for every viewer of a process. It reads while there is one. */
export type LiveFeed = {
  /** Its first message with a position is where it begins; nothing after that position is left out. */
  join(botIds: readonly number[]): Inbox;
  leave(inbox: Inbox): void;
  /** Where a viewer that reads the database from now on may join; rejects while the database does not answer. */
  position(): Promise<LivePosition>;
  /** Ends every viewer, and each that comes later, with UNAVAILABLE. */
  close(): void;
};

const READ_EVERY_MS = 250;
const HEARTBEATS_EVERY_MS = 10_000;
const PULSE_EVERY_MS = 1_000;
/** Of each log in one read. A full read is followed by the next at once. */
const READ_MOST = 500;
/** Events that a viewer may leave untaken: some seconds of a busy installation. */
const INBOX_MOST = 2_000;
/** At the start ids this far below the highest may still be on their way. */
const START_BEHIND = 1_000;
/** A read that takes longer is told to the viewers: what they see is old. */
const STALLED_AFTER_MS = 2_000;

type Followed = { bots: FollowedLog; platforms: FollowedLog };

export type LiveFeedOptions = {
  sql: Sql;
  log: Logger;
  times: Pick<Times, "healthFreshMs" | "dispatcherLeaseMs" | "webPresenceMs">;
  heartbeatsEveryMs?: number;
};

export function createLiveFeed(options: LiveFeedOptions): LiveFeed {
  const { sql, log, times, heartbeatsEveryMs = HEARTBEATS_EVERY_MS } = options;
  const inboxes = new Set<Inbox>();
  /** Who came while nothing could be read: told where they join once it can, or they would be called connected. */
  const newcomers = new Set<Inbox>();
  let followed: Followed | null = null;
  let running = false;
  let stalled = false;
  let closed = false;
  let heartbeatsDueMs = 0;
  let pulses: ReadonlyMap<DeploymentPlatform, string> | null = null;
  let pulseDueMs = 0;

  async function run(): Promise<void> {
    running = true;
    while (inboxes.size + newcomers.size > 0 && !closed) {
      const isBehind = await lookInTime();
      if (!isBehind) await delay(READ_EVERY_MS);
    }
    followed = null;
    pulses = null;
    running = false;
    stalled = false;
  }

  /** A look that fails or hangs is told, and tried again. */
  async function lookInTime(): Promise<boolean> {
    const timer = setTimeout(() => setStalled(true), STALLED_AFTER_MS);
    try {
      const isBehind = followed === null ? await begin() : await look(followed);
      await tellPulse();
      await tellHeartbeats();
      admitNewcomers();
      setStalled(false);
      return isBehind;
    } catch (err) {
      if (!stalled) log.warn({ err }, "New events cannot be read");
      setStalled(true);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  async function begin(): Promise<boolean> {
    followed = await readStart(sql);
    heartbeatsDueMs = performance.now() + heartbeatsEveryMs;
    return false;
  }

  function admitNewcomers(): void {
    for (const inbox of newcomers) admit(inbox);
    newcomers.clear();
  }

  function admit(inbox: Inbox): void {
    if (followed === null) return;
    inboxes.add(inbox);
    inbox.put({ type: "joined", at: followed });
  }

  async function look(from: Followed): Promise<boolean> {
    const fence = needsFence(from.bots) || needsFence(from.platforms);
    const page = await readNewEvents(sql, from, { most: READ_MOST, fence });
    followed = advance(from, page, READ_MOST);
    const { botEvents, platformEvents } = page;
    if (followed.bots.forgot || followed.platforms.forgot) {
      for (const inbox of inboxes) inbox.put({ type: "overflow", at: followed, reason: "too_far_behind" });
      return Math.max(botEvents.length, platformEvents.length) >= READ_MOST;
    }
    if (botEvents.length + platformEvents.length === 0) return false;
    for (const inbox of inboxes) inbox.put({ type: "events", at: followed, botEvents, platformEvents });
    return Math.max(botEvents.length, platformEvents.length) >= READ_MOST;
  }

  async function tellPulse(): Promise<void> {
    if (performance.now() < pulseDueMs) return;
    const before = pulses;
    const read = await readPlatformPulse(sql, {
      healthFreshMs: times.healthFreshMs,
      dispatcherLiveMs: times.dispatcherLeaseMs,
      webUnheardMs: times.webPresenceMs * STAMPS_MISSED,
      expiringMs: EXPIRING_MS,
    });
    pulseDueMs = performance.now() + PULSE_EVERY_MS;
    pulses = new Map(read.map(({ platform, digest }) => [platform, digest]));
    const changed = read.filter(({ platform, digest }) => before?.get(platform) !== digest);
    if (before === null || changed.length === 0) return;
    for (const inbox of inboxes) inbox.put({ type: "platforms", platforms: changed.map(({ platform }) => platform) });
  }

  async function tellHeartbeats(): Promise<void> {
    if (performance.now() < heartbeatsDueMs) return;
    const botIds = new Set([...inboxes].flatMap((inbox) => [...inbox.botIds]));
    heartbeatsDueMs = performance.now() + heartbeatsEveryMs;
    if (botIds.size === 0) return;
    const ages = await readHeartbeatAges(sql, [...botIds]);
    for (const inbox of inboxes) {
      const heartbeats = ages.filter(({ botId }) => inbox.botIds.has(botId));
      if (heartbeats.length > 0) inbox.put({ type: "heartbeats", heartbeats });
    }
  }

  function setStalled(now: boolean): void {
    if (stalled === now) return;
    stalled = now;
    for (const inbox of [...inboxes, ...newcomers]) inbox.put({ type: now ? "stalled" : "resumed" });
  }

  return {
    join(botIds) {
      const inbox = createInbox(new Set(botIds), INBOX_MOST);
      if (closed) {
        inbox.fail(stopping());
        return inbox;
      }
      if (stalled) inbox.put({ type: "stalled" });
      if (followed === null || stalled) newcomers.add(inbox);
      else admit(inbox);
      if (!running) void run();
      return inbox;
    },
    leave(inbox) {
      inboxes.delete(inbox);
      newcomers.delete(inbox);
    },
    // While it is read for others it is known, and what can never appear was given up long ago.
    position: async () => followed ?? readStart(sql),
    close() {
      closed = true;
      for (const inbox of [...inboxes, ...newcomers]) inbox.fail(stopping());
      inboxes.clear();
      newcomers.clear();
    },
  };
}

/** The end of both logs, and what may still appear below it. */
async function readStart(sql: Sql): Promise<Followed> {
  const newest = await readNewestIds(sql);
  const start = (id: number): FollowedLog => ({ high: Math.max(0, id - START_BEHIND), gaps: [] });
  const from = { bots: start(newest.bots), platforms: start(newest.platforms) };
  return advance(from, await readNewEvents(sql, from, { most: START_BEHIND }), START_BEHIND);
}

function advance(from: Followed, page: LivePage, most: number): Followed {
  const atMs = performance.now();
  const follow = (log: FollowedLog, events: readonly { id: number }[]): FollowedLog => {
    const { oldestXid, fenceXid } = page;
    const look: LogLook = { ids: events.map(({ id }) => id), oldestXid, fenceXid, atMs, whole: events.length < most };
    return advanceLog(log, look);
  };
  return { bots: follow(from.bots, page.botEvents), platforms: follow(from.platforms, page.platformEvents) };
}

function stopping(): ServiceError {
  return new ServiceError("UNAVAILABLE", "This web replica is stopping; connect again");
}
