import pino from "pino";
import { expect, it } from "vitest";
import { runLoop } from "./loop.ts";
import { createWake } from "./wake.ts";

function start(turn: () => Promise<number>, turnLimitMs = 1_000) {
  const stop = new AbortController();
  const lines: { level: number; msg: string }[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const loop = runLoop({
    name: "test",
    turn,
    wake: createWake(),
    stopping: stop.signal,
    log,
    monotonicMs: () => performance.now(),
    turnLimitMs,
  });
  return { ...loop, stop, lines };
}

it("goes on after a turn that threw, and says so", async () => {
  let turns = 0;
  const loop = start(async () => {
    turns++;
    if (turns === 1) throw new Error("database is away");
    return 1;
  });
  await expect.poll(() => turns).toBeGreaterThan(2);
  loop.stop.abort();
  await loop.done;
  expect(loop.lines).toMatchObject([{ msg: "A turn failed; the loop goes on" }]);
});

it("leaves a turn behind that hangs, so that nothing it waits for can stop the loop", async () => {
  let turns = 0;
  const loop = start(() => {
    turns++;
    return turns === 1 ? new Promise<number>(() => {}) : Promise.resolve(1);
  }, 50);
  await expect.poll(() => turns).toBeGreaterThan(2);
  loop.stop.abort();
  await loop.done;
});

it("keeps quiet about contention: another replica was at it", async () => {
  let turns = 0;
  const loop = start(async () => {
    turns++;
    if (turns === 1) throw Object.assign(new Error("lock timeout"), { code: "55P03" });
    return 1;
  });
  await expect.poll(() => turns).toBeGreaterThan(1);
  loop.stop.abort();
  await loop.done;
  expect(loop.lines).toEqual([]);
});

it("does not count the rest that a turn asked for as silence", async () => {
  const loop = start(() => Promise.resolve(90_000), 1_000);
  await expect.poll(() => loop.pulse.maxSilenceMs).toBe(92_000);
  loop.stop.abort();
  await loop.done;
});
