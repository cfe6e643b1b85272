import { describe, expect, it } from "vitest";
import { readArguments } from "../arguments.ts";
import { createClock } from "./clock.ts";
import { createRandom } from "./random.ts";
import { createTask, park } from "./task.ts";

describe("createRandom", () => {
  it("draws the same from the same seed and something else from another", () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.integer(0, 1_000_000));
    };
    expect(draw(5)).toEqual(draw(5));
    expect(draw(5)).not.toEqual(draw(6));
  });

  it("never takes a choice without weight", () => {
    const random = createRandom(1);
    const drawn = Array.from({ length: 200 }, () =>
      random.weighted([
        [0, "never"],
        [1, "a"],
        [3, "b"],
      ] as const),
    );
    expect(new Set(drawn)).toEqual(new Set(["a", "b"]));
  });
});

describe("createClock", () => {
  it("lets things happen in the order of their moments, each at its own", () => {
    const clock = createClock();
    const startMs = clock.nowMs();
    const happened: [string, number][] = [];
    clock.after(20, () => happened.push(["later", clock.nowMs() - startMs]));
    clock.after(10, () => {
      happened.push(["first", clock.nowMs() - startMs]);
      clock.after(5, () => happened.push(["between", clock.nowMs() - startMs]));
    });
    clock.advance(30);
    expect(happened).toEqual([
      ["first", 10],
      ["between", 15],
      ["later", 20],
    ]);
    expect(clock.nowMs() - startMs).toBe(30);
  });
});

describe("createTask", () => {
  it("goes on only when it is resumed, from one place to the next", async () => {
    const steps: string[] = [];
    const task = createTask("a", 0, async () => {
      steps.push("begun");
      await park("middle");
      steps.push("ended");
    });
    expect(steps).toEqual([]);
    await task.resume();
    expect([task.parkedAt(), ...steps]).toEqual(["middle", "begun"]);
    await task.resume();
    expect(steps).toEqual(["begun", "ended"]);
    expect(task.isOver()).toBe(true);
  });

  it("answers the error that ended it", async () => {
    const failure = new Error("no");
    const task = createTask("a", 0, () => Promise.reject(failure));
    expect(await task.resume()).toBe(failure);
  });
});

describe("readArguments", () => {
  it("has defaults and reads what is given", () => {
    expect(readArguments([])).toEqual({ seed: 1, steps: 20_000, seeds: 1, json: false, help: false });
    expect(readArguments(["--seed", "7", "--steps", "50", "--json"])).toMatchObject({ seed: 7, steps: 50, json: true });
  });

  it.each([["--steps", "0"], ["--seed", "x"], ["--seed", "-1"], ["--nonsense"]])("refuses %s %s", (...args) => {
    expect(() => readArguments(args.filter((arg) => arg !== undefined))).toThrow();
  });
});
