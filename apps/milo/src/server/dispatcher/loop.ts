import type { Logger } from "pino";
import { isContention, isRetryable } from "#server/database/retry.ts";
import type { Wake } from "./wake.ts";

/** When a loop last finished a turn, for /healthz. */
export type LoopPulse = { name: string; lastTurnMs: number; maxSilenceMs: number };

export type LoopOptions = {
  name: string;
  /** One turn; answers how long to pause after it. */
  turn(): Promise<number>;
  wake: Wake;
  stopping: AbortSignal;
  log: Logger;
  monotonicMs(): number;
  /** A turn that takes longer than this is left behind and reported: nothing it waits for may stop the loop. */
  turnLimitMs: number;
};

/** Pause after a turn that failed: long enough not to hammer a database that is down, short enough to be back at once. */
const FAILED_TURN_PAUSE_MS = 250;

/** Repeats turns until stopping. An error ends the turn, never the loop. */
export function runLoop(options: LoopOptions): { pulse: LoopPulse; done: Promise<void> } {
  const { name, turn, wake, stopping, log, monotonicMs, turnLimitMs } = options;
  const pulse: LoopPulse = { name, lastTurnMs: monotonicMs(), maxSilenceMs: turnLimitMs * 2 };
  async function run(): Promise<void> {
    while (!stopping.aborted) {
      let pauseMs = FAILED_TURN_PAUSE_MS;
      try {
        pauseMs = await withLimit(turn(), turnLimitMs);
        pulse.lastTurnMs = monotonicMs();
      } catch (error) {
        if (!isContention(error)) {
          log[isRetryable(error) ? "warn" : "error"]({ loop: name, err: error }, "A turn failed; the loop goes on");
        }
      }
      pulse.maxSilenceMs = turnLimitMs * 2 + pauseMs; // A long rest is no silence.
      await wake.pause(pauseMs, stopping);
    }
  }
  return { pulse, done: run() };
}

async function withLimit<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
