import type { Clock } from "../effects/clock.ts";

type Sleeper = { wakeAtMs: number; wake(): void };

/** Time that stands still until a test moves it. */
type TestClock = Clock & {
  /** Moves on by `ms`, waking sleepers in order and letting what they set off settle. */
  advance(ms: number): Promise<void>;
  /** Moves time without waking anyone, as a frozen process sees it. */
  freezeFor(ms: number): void;
};

export function createTestClock(): TestClock {
  const sleepers = new Set<Sleeper>();
  let nowMs = 1_000;

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        sleepers.delete(sleeper);
        resolve();
      };
      const sleeper: Sleeper = { wakeAtMs: nowMs + ms, wake };
      sleepers.add(sleeper);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }

  async function advance(ms: number): Promise<void> {
    const endMs = nowMs + ms;
    await settle();
    for (;;) {
      const [next] = [...sleepers].sort((a, b) => a.wakeAtMs - b.wakeAtMs);
      if (!next || next.wakeAtMs > endMs) break;
      nowMs = Math.max(nowMs, next.wakeAtMs);
      next.wake();
      await settle();
    }
    nowMs = Math.max(nowMs, endMs);
  }

  return {
    monotonicMs: () => nowMs,
    now: () => new Date(Date.UTC(2026, 0, 1) + nowMs),
    sleep,
    advance,
    freezeFor(ms) {
      nowMs += ms;
    },
  };
}

/** Lets every chain of already resolved promises run to its end. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
