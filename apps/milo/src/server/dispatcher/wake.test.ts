import { expect, it } from "vitest";
import { createWake } from "./wake.ts";

const FOREVER_MS = 1_000_000;

it("ends a pause at once", async () => {
  const wake = createWake();
  const paused = wake.pause(FOREVER_MS, new AbortController().signal);
  wake.wake();
  await paused;
});

it("remembers a wake that came while the loop was at work, once", async () => {
  const wake = createWake();
  const { signal } = new AbortController();
  wake.wake();
  wake.wake();
  await wake.pause(FOREVER_MS, signal);
  let second = "still paused";
  void wake.pause(FOREVER_MS, signal).then(() => {
    second = "ended";
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe("still paused");
});

it("ends a pause when the loop is to stop", async () => {
  const stop = new AbortController();
  const paused = createWake().pause(FOREVER_MS, stop.signal);
  stop.abort();
  await paused;
  await createWake().pause(FOREVER_MS, stop.signal);
});

it("heeds a wake at rest at once, and those that follow closely together after its spacing", async () => {
  let nowMs = 1_000;
  const wake = createWake(20, () => nowMs);
  const { signal } = new AbortController();
  wake.wake();
  await wake.pause(FOREVER_MS, signal);
  nowMs += 5;
  wake.wake();
  let second = "still paused";
  const paused = wake.pause(FOREVER_MS, signal).then(() => {
    second = "ended";
  });
  await new Promise((resolve) => setImmediate(resolve));
  wake.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(second).toBe("still paused");
  await paused;
  nowMs += 20;
  wake.wake();
  let third = "still paused";
  void wake.pause(FOREVER_MS, signal).then(() => {
    third = "ended";
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(third).toBe("ended");
});
