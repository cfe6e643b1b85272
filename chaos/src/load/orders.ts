import type { Random } from "../../../sim/src/engine/random.ts";

/** How many bots come, and what they are to do. */
export type Pace = {
  /** Between two bots, on average. */
  meanGapMs: number;
  /** How long calls are. */
  callSeconds: readonly [least: number, most: number];
  /** How long each may wait; drawn when it is not said. */
  waitMs?: number;
};

/** What a caller asks for; as `bots.create` takes it. */
export type Order = {
  name: string;
  meetingPlatform: "zoom" | "google-meet";
  meetingUrl: string;
  priority: number;
  queueTimeoutMs?: number;
  deduplicationKey?: string;
};

/** Most go well; the rest ends in each of the ways a bot can end by its own fault. */
const FATES = [
  [88, {}],
  [3, { fail: "mid-call" }],
  [2, { crash: "mid-call" }],
  [2, { crash: "before-join" }],
  [2, { refuse: "1" }],
  [2, { hang: "mid-call" }],
  [1, { ignoreLeave: "1" }],
] as const;

/** Waits a caller may ask for, milliseconds; undefined = the plan's own. */
const WAITS = [
  [55, undefined],
  [8, 0],
  [17, 6_000],
  [20, 20_000],
] as const;

/** `number` tells orders apart. */
export function drawOrder(random: Random, number: number, { callSeconds, waitMs }: Pace): Order {
  const fate = random.weighted<Readonly<Record<string, string>>>(FATES);
  const script = new URLSearchParams({
    join: "200ms",
    waiting: random.chance(0.5) ? "0s" : "400ms",
    call: `${random.integer(...callSeconds)}s`,
    leave: "100ms",
    ...fate,
  });
  const drawnMs = random.weighted<number | undefined>(WAITS);
  const queueTimeoutMs = waitMs ?? drawnMs;
  return {
    name: `Chaos ${number}`,
    meetingPlatform: random.chance(0.5) ? "zoom" : "google-meet",
    meetingUrl: `https://meet.example/${number}?${script}`,
    priority: random.weighted([
      [6, 0],
      [1, 10],
      [1, -10],
    ]),
    ...(queueTimeoutMs === undefined ? {} : { queueTimeoutMs }),
    ...(random.chance(0.1) ? { deduplicationKey: `key-${random.integer(1, 12)}` } : {}),
  };
}
