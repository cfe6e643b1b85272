import { HOUR_MS, MINUTE_MS, type Scenario } from "./scenarios.ts";
import type { Seeded } from "./seeded.ts";

/** A bot as the day brings it. Nobody who places it knows how long it holds its slot, or that it will be cancelled. */
export type DayBot = {
  id: number;
  arrivesAtMs: number;
  holdMs: number;
  priority: number;
  queueTimeoutMs?: number;
  cancelledAtMs: number;
};

/** How busy each hour of the day is, over the busiest. */
const SHAPE = [
  0.05, 0.05, 0.05, 0.05, 0.1, 0.15, 0.3, 0.55, 0.85, 1, 1, 0.95, 0.8, 0.85, 1, 1, 0.9, 0.7, 0.45, 0.3, 0.2, 0.15, 0.1,
  0.05,
];

/** The mean of `drawHoldMs`, by which the load is reckoned. */
const MEAN_HOLD_MS = 36 * MINUTE_MS;

/** All bots of a day, in the order in which they arrive. Some days' meetings are longer than others'. */
export function makeBots(scenario: Scenario, random: Seeded): DayBot[] {
  const slots = scenario.plan.platforms.reduce((sum, p) => sum + p.limit, 0);
  const busiest = (scenario.load * slots * HOUR_MS) / MEAN_HOLD_MS;
  const paceOfDay = Math.exp(0.1 * random.normal());
  const arrivals = SHAPE.flatMap((share, hour) =>
    Array.from({ length: random.poisson(busiest * share) }, () => hour * HOUR_MS + drawMinute(scenario, random)),
  );
  return arrivals
    .sort((a, b) => a - b)
    .map((arrivesAtMs, id) => ({
      id,
      arrivesAtMs,
      holdMs: paceOfDay * drawHoldMs(random),
      priority: random.uniform() < scenario.urgent ? 10 : 0,
      queueTimeoutMs: random.uniform() < scenario.impatient ? 5 * MINUTE_MS : undefined,
      cancelledAtMs: random.uniform() < scenario.cancelled ? arrivesAtMs + random.uniform() * HOUR_MS : Infinity,
    }));
}

/** Into the hour: at its beginning, at its half, or at any time. */
function drawMinute({ atFullHour }: Scenario, random: Seeded): number {
  const kind = random.uniform();
  const spreadMs = 5 * MINUTE_MS * random.uniform();
  if (kind < atFullHour) return spreadMs;
  if (kind < atFullHour + (1 - atFullHour) / 4) return HOUR_MS / 2 + spreadMs;
  return HOUR_MS * random.uniform();
}

/** Meetings of half an hour and of an hour, some of any length, and some that nobody came to. */
function drawHoldMs(random: Seeded): number {
  const kind = random.uniform();
  if (kind < 0.08) return (3 + 8 * random.uniform()) * MINUTE_MS;
  if (kind < 0.43) return Math.max(5, 30 + 4 * random.normal()) * MINUTE_MS;
  if (kind < 0.65) return Math.max(5, 58 + 6 * random.normal()) * MINUTE_MS;
  return 25 * MINUTE_MS * Math.exp(0.7 * random.normal());
}
