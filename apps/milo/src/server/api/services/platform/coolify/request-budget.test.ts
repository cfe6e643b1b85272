import { describe, expect, it } from "vitest";
import { RequestBudget } from "./request-budget.ts";

/** A clock that jumps to the end of each sleep, and remembers how long it slept. */
function jumpingClock() {
  const clock = {
    timeMs: 0,
    slept: [] as number[],
    nowMs: () => clock.timeMs,
    sleep: async (ms: number) => {
      clock.slept.push(ms);
      clock.timeMs += ms;
    },
  };
  return clock;
}

const NEVER = new AbortController().signal;

describe("RequestBudget", () => {
  it("never lets more than its number through in any minute", async () => {
    const clock = jumpingClock();
    const budget = new RequestBudget(3, clock);
    const takenAtMs: number[] = [];
    for (let request = 0; request < 10; request += 1) {
      await budget.take(NEVER);
      takenAtMs.push(clock.timeMs);
      clock.timeMs += 1_000;
    }
    for (const startMs of takenAtMs) {
      const inMinute = takenAtMs.filter((ms) => ms >= startMs && ms < startMs + 60_000);
      expect(inMinute.length).toBeLessThanOrEqual(3);
    }
    expect(takenAtMs.slice(0, 3)).toEqual([0, 1_000, 2_000]);
  });

  it("waits as long as Coolify asked, also when asked twice", async () => {
    const clock = jumpingClock();
    const budget = new RequestBudget(100, clock);
    budget.pause(30_000);
    budget.pause(10_000);
    await budget.take(NEVER);
    expect(clock.timeMs).toBe(30_000);
  });

  it("gives up when its caller does, without taking anything", async () => {
    const budget = new RequestBudget(1);
    await budget.take(NEVER);
    await expect(budget.take(AbortSignal.abort())).rejects.toThrow();
    const soon = AbortSignal.timeout(20);
    await expect(budget.take(soon)).rejects.toThrow();
  });
});
