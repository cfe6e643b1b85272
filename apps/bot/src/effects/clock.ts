import { setTimeout as wait } from "node:timers/promises";

/** Time as a bot sees it; a parameter everywhere, so that tests own it. */
export type Clock = {
  /** Never set back, unrelated to the date: leases and durations are measured with it; milliseconds. */
  monotonicMs(): number;
  /** The date, only for what people read. */
  now(): Date;
  /** Resolves after `ms`, or at once when `signal` is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** Node's timers fire at once beyond this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** `performance.now()` is CLOCK_MONOTONIC: it goes on while the process is stopped, as a lease needs. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  now: () => new Date(),
  sleep: (ms, signal) => wait(Math.min(ms, LONGEST_TIMER_MS), undefined, { signal }).catch(() => undefined),
};
