import { describe, expect, it } from "vitest";
import { createRefresher } from "./refresher.ts";
import { createTestClock } from "./test-clock.testkit.ts";

function start() {
  const clock = createTestClock();
  const runs: string[] = [];
  const ends: (() => void)[] = [];
  const refresher = createRefresher({
    ...clock,
    run(key) {
      runs.push(`${key} at ${clock.nowMs()}`);
      return new Promise((resolve) => ends.push(resolve));
    },
  });
  const endRun = async () => {
    ends.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { clock, runs, endRun, refresher };
}

describe("what is read again", () => {
  it("is read at once, and then once a pace for all that asked meanwhile", async () => {
    const { clock, runs, endRun, refresher } = start();
    for (let n = 0; n < 20; n++) refresher.request("a", 1_000);
    expect(runs).toEqual(["a at 0"]);
    await endRun();
    clock.pass(900);
    expect(runs).toEqual(["a at 0"]);
    clock.pass(100);
    expect(runs).toEqual(["a at 0", "a at 1000"]);
    await endRun();
    clock.pass(5_000);
    expect(runs).toHaveLength(2);
    refresher.request("a", 1_000);
    expect(runs.at(-1)).toBe("a at 6000");
  });

  it("is never read twice at a time, and once more when it changed while it was read", async () => {
    const { clock, runs, endRun, refresher } = start();
    refresher.request("a", 1_000);
    clock.pass(3_000);
    refresher.request("a", 1_000);
    refresher.request("a", 1_000);
    expect(runs).toEqual(["a at 0"]);
    await endRun();
    expect(runs).toEqual(["a at 0", "a at 3000"]);
    await endRun();
    clock.pass(9_000);
    expect(runs).toHaveLength(2);
  });

  it("is each thing on its own, and nothing after the end", async () => {
    const { clock, runs, endRun, refresher } = start();
    refresher.request("a", 1_000);
    refresher.request("b", 5_000);
    expect(runs).toEqual(["a at 0", "b at 0"]);
    await endRun();
    refresher.request("a", 1_000);
    refresher.stop();
    clock.pass(9_000);
    expect(runs).toHaveLength(2);
  });
});
