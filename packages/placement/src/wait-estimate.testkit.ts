import { estimateWaitMs } from "./wait-estimate.ts";

export type SimulatedWait = { actualMs: number; estimateMs: number; naiveMs: number };

/** Numbers in [0, 1) that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * A first-in-first-out day: bots arrive at random, at `load` times what the slots can serve, and hold a slot for a
 * log-normal time. Each that has to wait asks for an estimate at its arrival.
 */
export function simulateDay(day: { seed: number; slots: number; bots: number; holdMs: number; load: number }) {
  const random = seededRandom(day.seed);
  const meanGapMs = day.holdMs / day.slots / day.load;
  const sigma = 0.8;
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const bots: { arrivedMs: number; startedMs: number; endedMs: number }[] = [];
  const freeAtMs = Array.from({ length: day.slots }, () => 0);
  const waits: SimulatedWait[] = [];
  let nowMs = 0;
  for (let n = 0; n < day.bots; n++) {
    nowMs += -Math.log(1 - random()) * meanGapMs;
    const holdMs = day.holdMs * Math.exp(sigma * normal() - sigma ** 2 / 2);
    const slot = freeAtMs.indexOf(Math.min(...freeAtMs));
    const startedMs = Math.max(nowMs, freeAtMs[slot] ?? 0);
    freeAtMs[slot] = startedMs + holdMs;
    const wait = estimateAt(bots, nowMs, day.slots);
    if (startedMs > nowMs && wait !== null) waits.push({ actualMs: startedMs - nowMs, ...wait });
    bots.push({ arrivedMs: nowMs, startedMs, endedMs: startedMs + holdMs });
  }
  return { waits };
}

function estimateAt(bots: readonly { startedMs: number; endedMs: number }[], nowMs: number, slots: number) {
  const running = bots.filter((b) => b.startedMs <= nowMs && b.endedMs > nowMs);
  const heldMs = bots
    .filter((b) => b.endedMs <= nowMs)
    .slice(-200)
    .map((b) => b.endedMs - b.startedMs);
  const ahead = bots.filter((b) => b.startedMs > nowMs).length;
  const agesMs = running.map((b) => nowMs - b.startedMs);
  const estimateMs = estimateWaitMs({ ahead, freeSlots: slots - running.length, agesMs, heldMs });
  if (estimateMs === null) return null;
  const meanHoldMs = heldMs.reduce((sum, h) => sum + h, 0) / heldMs.length;
  return { estimateMs, naiveMs: (ahead + 1) * meanHoldMs };
}
