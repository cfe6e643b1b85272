import {
  advance,
  compareQueueOrder,
  type DeploymentPlatform,
  firstStage,
  OPEN_BASE_MS,
  OPEN_CAP_MS,
  openTo,
  recheckAtMs,
  type StageState,
  waitPlanFor,
} from "@milo/placement";
import { createEventList, type EventList } from "./event-list.ts";
import { type DayBot, makeBots } from "./make-bots.ts";
import { HOUR_MS, MINUTE_MS, type Scenario } from "./scenarios.ts";
import { createSeeded } from "./seeded.ts";

/** A bot that waits. `gone`: it gave up or was cancelled, and is followed on to learn when its turn would have come. */
export type Waiter = { bot: DayBot; state: StageState; gone: boolean; turnAtMs: number | null };
export type Hold = { fromMs: number; toMs: number; priority: number };
export type PlatformDay = {
  platform: DeploymentPlatform;
  limit: number;
  running: Set<Hold>;
  ended: Hold[];
  /** Since when its breaker is open and until when at least; null = it takes bots. */
  open: { sinceMs: number; untilMs: number } | null;
};

/** A look at the queue, as an operator takes it. `waiters` are in queue order and still wait. */
export type Look = { nowMs: number; waiters: Waiter[]; platforms: readonly PlatformDay[] };

type DayEvent =
  | { kind: "arrival"; bot: DayBot }
  | { kind: "recheck"; waiter: Waiter }
  | { kind: "cancel"; waiter: Waiter }
  | { kind: "end"; at: PlatformDay; hold: Hold }
  | { kind: "open" | "close"; at: PlatformDay; outageEndsAtMs: number }
  | { kind: "look" };

/** Nothing a day's clock shows is a multiple of it: looks fall everywhere in the hour. */
const LOOK_EVERY_MS = 13 * MINUTE_MS + 17_000;

/**
 * Plays one day and calls `look` now and then. By the end each waiter's `turnAtMs` says when it got a slot, or would
 * have, had it stayed: nobody who gives up changes what came before, so that is exact.
 */
export function simulateDay(scenario: Scenario, seed: number, look: (look: Look) => void): void {
  const events = createEventList<DayEvent>();
  const platforms: PlatformDay[] = scenario.plan.platforms.map(({ platform, limit }) => ({
    ...{ platform, limit, running: new Set<Hold>(), ended: [], open: null },
  }));
  let waiters: Waiter[] = [];
  addDay(events, scenario, seed, platforms);

  /** Gives one free slot to the first who may have it; false when nobody wants it. */
  const giveSlot = (at: PlatformDay, nowMs: number): boolean => {
    if (at.open !== null || at.running.size >= at.limit) return false;
    for (const waiter of waiters) {
      if (!openTo(waiter.state, nowMs).includes(at.platform)) continue;
      waiter.turnAtMs = nowMs;
      if (waiter.gone) continue;
      const hold = { fromMs: nowMs, toMs: nowMs + waiter.bot.holdMs, priority: waiter.bot.priority };
      at.running.add(hold);
      events.add(hold.toMs, { kind: "end", at, hold });
      waiters = waiters.filter((w) => w.turnAtMs === null);
      return true;
    }
    waiters = waiters.filter((w) => w.turnAtMs === null);
    return false;
  };
  const giveSlots = (nowMs: number) => {
    for (const at of platforms) while (giveSlot(at, nowMs));
  };
  const moveOn = (waiter: Waiter, nowMs: number) => {
    if (waiter.turnAtMs !== null) return;
    const closed = new Map(platforms.filter((p) => p.open !== null).map((p) => [p.platform, "is failing"]));
    waiter.state = advance(waiter.state, closed, nowMs).state;
    if (nowMs >= waiter.state.timeoutAtMs) waiter.gone = true;
    const nextMs = recheckAtMs(waiter.state, nowMs) ?? (waiter.gone ? null : waiter.state.timeoutAtMs);
    if (nextMs !== null) events.add(Math.max(nextMs, nowMs + 1), { kind: "recheck", waiter });
  };
  const arrive = (bot: DayBot, nowMs: number) => {
    const state = firstStage(waitPlanFor(scenario.plan, bot.queueTimeoutMs), nowMs);
    const waiter: Waiter = { bot, state, gone: false, turnAtMs: null };
    waiters.push(waiter);
    waiters.sort((a, b) => compareQueueOrder(orderOf(a), orderOf(b)));
    moveOn(waiter, nowMs);
    if (bot.cancelledAtMs !== Infinity) events.add(bot.cancelledAtMs, { kind: "cancel", waiter });
  };
  const close = (at: PlatformDay, outageEndsAtMs: number, nowMs: number) => {
    const forMs = at.open === null ? OPEN_BASE_MS : Math.min(OPEN_CAP_MS, 2 * (at.open.untilMs - nowMs + OPEN_BASE_MS));
    at.open = { sinceMs: at.open?.sinceMs ?? nowMs, untilMs: nowMs + forMs };
    events.add(at.open.untilMs, { kind: "open", at, outageEndsAtMs });
    for (const waiter of waiters) moveOn(waiter, nowMs);
  };

  for (let event = events.next(); event !== undefined; event = events.next()) {
    const { atMs: nowMs, what } = event;
    if (what.kind === "look") {
      look({ nowMs, waiters: waiters.filter((w) => !w.gone), platforms });
      continue;
    }
    if (what.kind === "arrival") arrive(what.bot, nowMs);
    else if (what.kind === "recheck") moveOn(what.waiter, nowMs);
    else if (what.kind === "cancel") what.waiter.gone = true;
    else if (what.kind === "close") close(what.at, what.outageEndsAtMs, nowMs);
    else if (what.kind === "end") {
      what.at.running.delete(what.hold);
      what.at.ended.push(what.hold);
    } else if (nowMs < what.outageEndsAtMs) close(what.at, what.outageEndsAtMs, nowMs);
    else what.at.open = null;
    giveSlots(nowMs);
  }
}

/** What the day brings whatever becomes of it: arrivals, looks, outages. */
function addDay(events: EventList<DayEvent>, scenario: Scenario, seed: number, platforms: readonly PlatformDay[]) {
  for (const bot of makeBots(scenario, createSeeded(seed))) events.add(bot.arrivesAtMs, { kind: "arrival", bot });
  for (let atMs = 6 * HOUR_MS; atMs < 22 * HOUR_MS; atMs += LOOK_EVERY_MS) events.add(atMs, { kind: "look" });
  for (const { platform, fromMs, toMs } of scenario.outages) {
    const at = platforms.find((p) => p.platform === platform);
    if (at !== undefined) events.add(fromMs, { kind: "close", at, outageEndsAtMs: toMs });
  }
}

function orderOf({ bot }: Waiter) {
  return { priority: bot.priority, queuedAtMs: bot.arrivesAtMs, id: bot.id };
}
