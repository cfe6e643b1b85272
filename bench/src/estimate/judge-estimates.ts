import { estimateWaits, type Newcomers, openTimes, type PlatformSlots } from "@milo/placement";
import type { Scenario } from "./scenarios.ts";
import { type PlatformDay, simulateDay, type Waiter } from "./simulate-day.ts";

/** What was said of a wait, and what came of it; milliseconds. */
export type Judged = { actualMs: number; ms: number; lowMs: number; highMs: number; naiveMs: number; fairMs: number };

/** As many ended holds of each platform as milo reads. */
const RECENT_ENDS = 200;
/** Who came lately is told by who was given a slot, as milo does. */
const RECENT_STARTS_MS = 15 * 60_000;
/** Further back than any day. */
const ALL_MS = 7 * 86_400_000;

/** Every estimate of every look at one day. Bots of which neither side can say anything yet are left out. */
export function judgeDay(scenario: Scenario, seed: number): Judged[] {
  const said: (Omit<Judged, "actualMs"> & { nowMs: number; waiter: Waiter })[] = [];
  simulateDay(scenario, seed, ({ nowMs, waiters, platforms }) => {
    const slots = platforms.map((p) => slotsOf(p, nowMs));
    const head = waiters.map(({ bot, state }) => ({
      priority: bot.priority,
      opens: openTimes(state, nowMs),
      givesUpInMs: state.timeoutAtMs - nowMs,
    }));
    const scene = { platforms: slots, newcomers: newcomersOf(platforms, nowMs) };
    const naive = naiveFigures(slots);
    const asked = head.map(({ opens }, ahead) => ({ opens, ahead }));
    for (const [place, estimate] of estimateWaits(scene, head, asked).entries()) {
      const waiter = waiters[place];
      if (waiter === undefined || typeof estimate === "string" || naive === null) continue;
      const naiveMs = (place + 1) * naive.meanHoldMs;
      said.push({ ...estimate, naiveMs, fairMs: naiveMs / naive.slots, nowMs, waiter });
    }
  });
  return said.flatMap(({ nowMs, waiter: { turnAtMs }, ...figures }) =>
    turnAtMs === null ? [] : [{ ...figures, actualMs: turnAtMs - nowMs }],
  );
}

function slotsOf({ platform, limit, running, ended, open }: PlatformDay, nowMs: number): PlatformSlots {
  const recent = ended.slice(-RECENT_ENDS);
  const oldest = recent[0];
  return {
    platform,
    limit,
    opensInMs: open === null ? 0 : Math.max(0, open.untilMs - nowMs),
    failingForMs: open === null ? null : nowMs - open.sinceMs,
    windowMs: recent.length < RECENT_ENDS || oldest === undefined ? ALL_MS : nowMs - oldest.toMs,
    ended: recent.map(({ fromMs, toMs }) => ({ heldMs: toMs - fromMs, agoMs: nowMs - toMs })),
    agesMs: [...running].map(({ fromMs }) => nowMs - fromMs),
  };
}

function newcomersOf(platforms: readonly PlatformDay[], nowMs: number): Newcomers[] {
  const recent = platforms.flatMap((p) => [...p.running].filter(({ fromMs }) => nowMs - fromMs < RECENT_STARTS_MS));
  return [...new Set(recent.map((hold) => hold.priority))].map((priority) => ({
    priority,
    everyMs: RECENT_STARTS_MS / recent.filter((hold) => hold.priority === priority).length,
  }));
}

function naiveFigures(platforms: readonly PlatformSlots[]): { meanHoldMs: number; slots: number } | null {
  const held = platforms.flatMap((p) => p.ended.map((e) => e.heldMs));
  const slots = platforms.filter((p) => p.failingForMs === null).reduce((sum, p) => sum + p.limit, 0);
  if (held.length === 0 || slots === 0) return null;
  return { meanHoldMs: held.reduce((sum, ms) => sum + ms, 0) / held.length, slots };
}
