import pino from "pino";
import { expect, it } from "vitest";
import { createNudge } from "./create-nudge.ts";

const log = pino({ level: "silent" });
/** Longer than the least between two. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 30));

it("sends at once, and one more for all that come while one is under way", async () => {
  const sent: (() => void)[] = [];
  const nudge = createNudge(() => new Promise((resolve) => sent.push(resolve)), log);
  nudge();
  expect(sent).toHaveLength(1);
  for (let n = 0; n < 20; n++) nudge();
  expect(sent).toHaveLength(1);
  sent[0]?.();
  await settle();
  expect(sent).toHaveLength(2);
  sent[1]?.();
  await settle();
  expect(sent).toHaveLength(2);
});

it("sends none right after one that was quick: what comes meanwhile shares the next, and is not forgotten", async () => {
  let sent = 0;
  const nudge = createNudge(async () => void sent++, log);
  for (let n = 0; n < 5; n++) {
    nudge();
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(sent).toBe(1);
  await settle();
  expect(sent).toBe(2);
});

it("goes on after one that could not be sent", async () => {
  let tries = 0;
  const nudge = createNudge(async () => {
    tries++;
    if (tries === 1) throw new Error("no connection");
  }, log);
  nudge();
  await settle();
  nudge();
  await settle();
  expect(tries).toBe(2);
});
