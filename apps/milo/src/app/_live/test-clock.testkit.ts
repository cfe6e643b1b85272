import type { LiveClock } from "./live-stream.ts";

/** A clock that stands still until it is told how much time passes. */
export function createTestClock(): LiveClock & { pass(ms: number): void } {
  let nowMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];

  function pass(ms: number): void {
    const untilMs = nowMs + ms;
    for (;;) {
      const [next] = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      timers = timers.filter((timer) => timer !== next);
      nowMs = Math.max(nowMs, next.atMs);
      next.run();
    }
    nowMs = untilMs;
  }

  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    random: () => 1,
    pass,
  };
}
