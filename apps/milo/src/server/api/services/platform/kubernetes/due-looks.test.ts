import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { DueLooks } from "./due-looks.ts";

let looks = 0;
let due: DueLooks;
beforeEach(() => {
  vi.useFakeTimers();
  looks = 0;
  due = new DueLooks(() => {
    looks += 1;
  }, Date.now);
});
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTime(ms);
const inMs = (ms: number) => Date.now() + ms;

it("tells at the moment, not before, and what is past at once", () => {
  due.expect("a", inMs(20_000));
  pass(19_999);
  expect(looks).toBe(0);
  pass(1);
  expect(looks).toBe(1);
  due.expect("b", Number.NEGATIVE_INFINITY);
  expect(looks).toBe(2);
});

it("tells each in its turn, whichever was expected first, and those of one moment together", () => {
  due.expect("late", inMs(30_000));
  due.expect("early", inMs(5_000));
  due.expect("early too", inMs(5_000));
  pass(5_000);
  expect(looks).toBe(1);
  pass(25_000);
  expect(looks).toBe(2);
});

it("tells of each once, until nothing speaks against it any more", () => {
  for (let said = 0; said < 3; said += 1) due.expect("a", inMs(0));
  expect(looks).toBe(1);
  due.forget("a");
  due.expect("a", inMs(0));
  expect(looks).toBe(2);
});

it("does not tell of what was forgotten, and keeps no timer once it is cleared", () => {
  due.expect("a", inMs(1_000));
  due.forget("a");
  pass(2_000);
  expect(looks).toBe(0);
  due.expect("b", inMs(1_000));
  due.clear();
  expect(vi.getTimerCount()).toBe(0);
});

it("waits for a moment that a clock far ahead of ours has named", () => {
  due.expect("a", inMs(30 * 86_400_000));
  pass(29 * 86_400_000);
  expect(looks).toBe(0);
  pass(86_400_000);
  expect(looks).toBe(1);
});
