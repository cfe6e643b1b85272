import { describe, expect, it } from "vitest";
import { createLockSeat } from "./lock-seat.ts";

// The locks of Node are those of the browser: a queue per name, and `steal` robs whoever has it.
const { locks } = navigator;
let names = 0;

function standInLine(count: number) {
  const name = `seat-${++names}`;
  const told: string[] = [];
  const seats = Array.from({ length: count }, (_, n) => {
    const seat = createLockSeat(locks, name);
    seat.want((isHeld) => told.push(`${n} ${isHeld}`));
    return seat;
  });
  return { told, seats };
}

describe("the seat as a lock", () => {
  it("goes to the next in line when its holder leaves", async () => {
    const { told, seats } = standInLine(3);
    await expect.poll(() => told).toEqual(["0 true"]);
    seats[0]?.leave();
    await expect.poll(() => told).toEqual(["0 true", "1 true"]);
  });

  it("is had at once by who steals it; who was robbed is told, and stands in line again", async () => {
    const { told, seats } = standInLine(3);
    await expect.poll(() => told).toEqual(["0 true"]);
    seats[2]?.steal();
    await expect.poll(() => [...told].sort()).toEqual(["0 false", "0 true", "2 true"]);
    seats[1]?.leave();
    seats[2]?.leave();
    await expect.poll(() => told.at(-1)).toBe("0 true");
  });

  it("is not stolen by who has left the line", async () => {
    const { told, seats } = standInLine(2);
    await expect.poll(() => told).toEqual(["0 true"]);
    seats[1]?.leave();
    seats[1]?.steal();
    seats[0]?.leave();
    const later = createLockSeat(locks, `seat-${names}`);
    const had = new Promise<boolean>((resolve) => later.want(resolve));
    expect(await had).toBe(true);
    expect(told).toEqual(["0 true"]);
  });
});
