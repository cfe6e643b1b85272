import pino from "pino";
import { expect, it } from "vitest";
import { createNudge } from "./create-nudge.ts";

const log = pino({ level: "silent" });
const settle = () => new Promise((resolve) => setImmediate(resolve));

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
