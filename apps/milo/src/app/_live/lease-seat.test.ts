import { describe, expect, it } from "vitest";
import { createLeaseSeat, type LeaseStore } from "./lease-seat.ts";
import { createTestClock } from "./test-clock.testkit.ts";

function start() {
  const clock = createTestClock();
  const kept = new Map<string, string>();
  const store: LeaseStore = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, text) => void kept.set(name, text),
    removeItem: (name) => void kept.delete(name),
  };
  const held = new Set<string>();
  const stand = (tab: string) => {
    const seat = createLeaseSeat(store, "seat", tab, clock);
    seat.want((isHeld) => (isHeld ? held.add(tab) : held.delete(tab)));
    return seat;
  };
  return { clock, kept, held: () => [...held], stand };
}

describe("the seat where a browser has no locks", () => {
  it("is had by one of those that ask at the same moment, and kept", () => {
    const { clock, held, stand } = start();
    for (const tab of ["a", "b", "c"]) stand(tab);
    clock.pass(60_000);
    expect(held()).toHaveLength(1);
  });

  it("goes to the next when it is left", () => {
    const { clock, held, stand } = start();
    const first = stand("a");
    clock.pass(300);
    stand("b");
    clock.pass(10_000);
    expect(held()).toEqual(["a"]);
    first.leave();
    clock.pass(1_300);
    expect(held()).toContain("b");
  });

  it("goes to the next when its holder has died", () => {
    const { clock, kept, held, stand } = start();
    kept.set("seat", JSON.stringify({ tab: "dead", untilMs: 5_000 }));
    stand("b");
    clock.pass(4_999);
    expect(held()).toEqual([]);
    clock.pass(1_300);
    expect(held()).toEqual(["b"]);
  });

  it("is given up by who finds another's name in it", () => {
    const { clock, kept, held, stand } = start();
    stand("a");
    clock.pass(300);
    expect(held()).toEqual(["a"]);
    kept.set("seat", JSON.stringify({ tab: "b", untilMs: 60_000 }));
    clock.pass(1_000);
    expect(held()).toEqual([]);
  });
});
