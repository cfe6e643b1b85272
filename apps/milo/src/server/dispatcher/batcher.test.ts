import { describe, expect, it } from "vitest";
import { createBatcher } from "./batcher.ts";

describe("createBatcher", () => {
  it("gathers the calls that arrive while a batch is under way into the next one", async () => {
    const batches: number[][] = [];
    const gates: (() => void)[] = [];
    const double = createBatcher<number, number>(async (items) => {
      batches.push([...items]);
      await new Promise<void>((resolve) => gates.push(resolve));
      return items.map((n) => n * 2);
    });
    const first = double(1);
    await expect.poll(() => batches.length).toBe(1);
    const rest = [double(2), double(3)];
    gates.shift()?.();
    expect(await first).toBe(2);
    await expect.poll(() => batches.length).toBe(2);
    gates.shift()?.();
    expect(await Promise.all(rest)).toEqual([4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it("fails each call of a failed batch, and serves the next", async () => {
    let fail = true;
    const echo = createBatcher<number, number>(async (items) => {
      if (fail) throw new Error("down");
      return items;
    });
    const failed = await Promise.allSettled([echo(1), echo(2)]);
    expect(failed.map((one) => one.status)).toEqual(["rejected", "rejected"]);
    fail = false;
    expect(await echo(3)).toBe(3);
  });

  it("holds up only the call whose result is still to come", async () => {
    const slow = Promise.withResolvers<number>();
    const echo = createBatcher<number, number>(async (items) => items.map((n) => (n === 1 ? slow.promise : n)));
    const [first, second] = [echo(1), echo(2)];
    expect(await second).toBe(2);
    slow.resolve(1);
    expect(await first).toBe(1);
  });

  it("never makes a batch larger than it may be", async () => {
    const sizes: number[] = [];
    const echo = createBatcher<number, number>(async (items) => {
      sizes.push(items.length);
      return items;
    }, 2);
    await Promise.all([1, 2, 3, 4, 5].map(echo));
    expect(sizes).toEqual([2, 2, 1]);
  });
});
