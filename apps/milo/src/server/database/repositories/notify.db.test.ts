import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestMilo, type TestMilo } from "#server/testing/milo-database.ts";
import { type DecidedNotice, readDecidedNotice, tellPassed, tellStarted } from "./notify.ts";

let milo: TestMilo;
const heard: DecidedNotice[] = [];
beforeAll(async () => {
  milo = await createTestMilo();
  await milo.sql.listen("milo_decided", (payload) => void heard.push(readDecidedNotice(payload)));
});
afterAll(() => milo[Symbol.asyncDispose]());

const next = async (tell: () => Promise<void>) => {
  heard.length = 0;
  await tell();
  await expect.poll(() => heard.length).toBe(1);
  return heard[0];
};

it("names the bots that started, with where they are", async () => {
  const started = [
    { botId: 1, platform: "k8s", identifier: "job/bot-abc234-1-a1" },
    { botId: 2, platform: "aws", identifier: 'arn:aws:ecs:"task"/ü' },
  ] as const;
  expect(await next(() => tellStarted(milo.sql, started))).toEqual({ kind: "started", started });
});

it("says only to look again when the names are too long for a notice", async () => {
  const started = Array.from({ length: 200 }, (_, n) => ({
    botId: n,
    platform: "aws" as const,
    identifier: "ü".repeat(100),
  }));
  expect(await next(() => tellStarted(milo.sql, started))).toEqual({ kind: "look" });
});

it("tells what a pass could see", async () => {
  expect(await next(() => tellPassed(milo.sql, "10:20:12,15"))).toEqual({ kind: "passed", snapshot: "10:20:12,15" });
});
