import { setTimeout as sleep } from "node:timers/promises";

const WINDOW_MS = 60_000;

/** Where the budget takes time from; tests bring their own. */
export type BudgetClock = { nowMs(): number; sleep(ms: number, signal: AbortSignal): Promise<void> };

const REAL_CLOCK: BudgetClock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

/**
 * Coolify counts requests per user, so every call of this process draws on one budget: never more than
 * `perMinute` in any minute, and none before a moment that Coolify itself named.
 */
export class RequestBudget {
  readonly #perMinute: number;
  readonly #clock: BudgetClock;
  #takenAtMs: number[] = [];
  #pausedUntilMs = 0;

  constructor(perMinute: number, clock: BudgetClock = REAL_CLOCK) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Waits for leave to send one request; rejects with the signal's reason when that comes first. */
  async take(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const waitMs = this.#waitMs();
      if (waitMs <= 0) break;
      await this.#clock.sleep(waitMs, signal);
    }
    this.#takenAtMs.push(this.#clock.nowMs());
  }

  /** No request leaves for this long: Coolify said when to come again. */
  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.nowMs() + ms);
  }

  #waitMs(): number {
    const nowMs = this.#clock.nowMs();
    this.#takenAtMs = this.#takenAtMs.filter((takenAtMs) => takenAtMs > nowMs - WINDOW_MS);
    const oldestMs = this.#takenAtMs[this.#takenAtMs.length - this.#perMinute];
    const fullForMs = oldestMs === undefined ? 0 : oldestMs + WINDOW_MS - nowMs;
    return Math.ceil(Math.max(fullForMs, this.#pausedUntilMs - nowMs));
  }
}
