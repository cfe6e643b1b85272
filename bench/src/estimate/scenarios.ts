import type { PlatformPlan } from "@milo/placement";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** A kind of day. Shares are of all bots; times in milliseconds, since midnight where they are moments. */
export type Scenario = {
  name: string;
  /** For people: what is particular about it. */
  what: string;
  plan: PlatformPlan;
  /** Bots that arrive in the busiest hour, over what the slots can serve in an hour. */
  load: number;
  /** How many of them come within minutes of the full hour. */
  atFullHour: number;
  /** How many are urgent, and go before all others. */
  urgent: number;
  /** How many may wait for five minutes only. */
  impatient: number;
  /** How many that wait are cancelled within an hour. */
  cancelled: number;
  outages: readonly { platform: "k8s" | "aws" | "coolify"; fromMs: number; toMs: number }[];
};

const THREE = { k8s: 12, aws: 20, coolify: 8 };

function planOf(limits: Partial<typeof THREE>, globalQueueTimeoutMs: number): PlatformPlan {
  const waits = { k8s: 60_000, aws: 30_000, coolify: 300_000 };
  const platforms = (["k8s", "aws", "coolify"] as const).flatMap((platform) => {
    const limit = limits[platform];
    return limit === undefined ? [] : [{ platform, limit, queueTimeoutMs: waits[platform], launchConcurrency: 20 }];
  });
  return { platforms, globalQueueTimeoutMs };
}

const ORDINARY = {
  plan: planOf(THREE, 10 * MINUTE_MS),
  load: 1.1,
  atFullHour: 0.3,
  urgent: 0,
  impatient: 0,
  cancelled: 0,
  outages: [],
};

/** The days on which the estimate is tried. */
export const SCENARIOS: readonly Scenario[] = [
  {
    ...ORDINARY,
    name: "Ordinary",
    what: "three platforms, the default waits, a little more than they can take at noon",
  },
  {
    ...ORDINARY,
    name: "Full hours",
    what: "seven of ten bots come within minutes of the full hour; they wait up to an hour",
    plan: planOf(THREE, HOUR_MS),
    load: 1,
    atFullHour: 0.7,
  },
  {
    ...ORDINARY,
    name: "One platform",
    what: "one platform of 12 slots, overloaded by a third; bots wait up to two hours",
    plan: planOf({ k8s: 12 }, 2 * HOUR_MS),
    load: 1.3,
  },
  {
    ...ORDINARY,
    name: "Outage",
    what: "the largest platform takes no bots for 40 min before noon; bots wait up to an hour",
    plan: planOf(THREE, HOUR_MS),
    load: 1,
    outages: [{ platform: "aws", fromMs: 10.25 * HOUR_MS, toMs: 10.25 * HOUR_MS + 40 * MINUTE_MS }],
  },
  {
    ...ORDINARY,
    name: "Priorities",
    what: "one bot in five is urgent and goes before all others; bots wait up to an hour",
    plan: planOf(THREE, HOUR_MS),
    urgent: 0.2,
  },
  {
    ...ORDINARY,
    name: "Impatience",
    what: "two of five wait for 5 min only, one of five is cancelled while it waits; the others wait up to an hour",
    plan: planOf(THREE, HOUR_MS),
    load: 1.4,
    impatient: 0.4,
    cancelled: 0.2,
  },
];
