import { expect, it } from "vitest";
import { createLeaseBook } from "./lease-book.ts";

it("holds a launch from before the database was asked until its lease is over, and not after", () => {
  let nowMs = 1_000;
  const book = createLeaseBook(30_000, () => nowMs);
  expect(book.holds(7)).toBe(false);
  book.grant([7], 400);
  expect(book.holds(7)).toBe(true);
  // A process that was frozen meanwhile finds its lease gone.
  nowMs = 30_400;
  expect(book.holds(7)).toBe(false);
  book.grant([7], nowMs);
  expect(book.ids()).toEqual([7]);
  book.drop(7);
  expect(book.holds(7)).toBe(false);
  expect(book.ids()).toEqual([]);
});

it("does not take back a launch that ended while its renewal was under way", () => {
  const book = createLeaseBook(30_000, () => 0);
  book.grant([1, 2], 0);
  book.drop(1);
  book.renew([1, 2], 0);
  expect(book.ids()).toEqual([2]);
});
