import { expect, it } from "vitest";
import { createLeaseBook } from "./lease-book.ts";

const launch = (deploymentId: number, fence = 1) => ({ deploymentId, fence });

it("holds a launch from before the database was asked until its lease is over, and not after", () => {
  let nowMs = 1_000;
  const book = createLeaseBook(30_000, () => nowMs);
  expect(book.holds(launch(7))).toBe(false);
  book.grant([launch(7)], 400);
  expect(book.holds(launch(7))).toBe(true);
  // A process that was frozen meanwhile finds its lease gone.
  nowMs = 30_400;
  expect(book.holds(launch(7))).toBe(false);
  book.renew([7], nowMs);
  expect(book.holds(launch(7))).toBe(true);
  book.drop(launch(7));
  expect(book.holds(launch(7))).toBe(false);
  expect(book.ids()).toEqual([]);
});

it("does not take back a launch that ended while its renewal was under way", () => {
  const book = createLeaseBook(30_000, () => 0);
  book.grant([launch(1), launch(2)], 0);
  book.drop(launch(1));
  book.renew([1, 2], 0);
  expect(book.ids()).toEqual([2]);
});

it("tells a launch from the one that this process took over from itself", () => {
  const book = createLeaseBook(30_000, () => 0);
  book.grant([launch(1, 1)], 0);
  book.grant([launch(1, 2)], 0);
  expect(book.holds(launch(1, 1))).toBe(false);
  // The older one ends: the newer keeps its lease.
  book.drop(launch(1, 1));
  expect(book.holds(launch(1, 2))).toBe(true);
});
