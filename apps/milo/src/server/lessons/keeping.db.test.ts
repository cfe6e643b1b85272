import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBot } from "#server/database/repositories/create-bot.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { stopBot } from "#server/database/repositories/stop-bot.ts";
import { stopAttempts } from "#server/dispatcher/stop-attempts.ts";
import { sweepDeadlines } from "#server/dispatcher/sweep.ts";
import { watchPlatform } from "#server/dispatcher/watch.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  type TestMilo,
  testPlan,
  useTestClock,
} from "#server/testing/milo-database.ts";
import { claimNewest, createTurns } from "./lessons.testkit.ts";

const plan = testPlan({ k8s: 5, aws: 5 });
const MINUTE_MS = 60_000;

describe("keeping what runs and ending what should, where others went wrong", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  let aws: FakePlatform;
  let turns: Awaited<ReturnType<typeof createTurns>>;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
    aws = createFakePlatform("aws");
    await enforcePlan(milo.sql, plan);
    turns = await createTurns(milo, plan, [k8s, aws]);
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const used = async () =>
    (await milo.sql<{ n: number }[]>`SELECT count(*)::int AS n FROM deployments WHERE phase <> 'ENDED'`)[0]?.n;
  const stateOf = async (botId: number) => {
    const [row] = await milo.sql<{ status: string; phase: string }[]>`
      SELECT b.status, d.phase FROM bots b JOIN deployments d ON d.bot_id = b.id WHERE b.id = ${botId}
      ORDER BY d.attempt DESC LIMIT 1`;
    return row;
  };
  async function placeOne(): Promise<number> {
    const botId = await enqueue(milo.sql, plan);
    await turns.place();
    return botId;
  }
  async function watchAll(): Promise<void> {
    for (const platform of ["k8s", "aws"] as const) await watchPlatform(turns.context, platform);
    await sweepDeadlines(turns.context);
  }

  it("frees a slot once, however often it is told that the container is gone [meeboter 4]", async () => {
    const first = await placeOne();
    await placeOne();
    await stopBot(milo.sql, first, 1);
    const { deploymentId } = await claimNewest(milo, first);
    const { confirmGone } = turns.context.repositories;
    const freed = await Promise.all([1, 2, 3].map(() => confirmGone(milo.sql, deploymentId)));
    expect(freed.filter(Boolean)).toHaveLength(1);
    expect(await used()).toBe(1);
  });

  it("keeps a bot that says that it lives and never says more, however long ago it was made [meeboter 9]", async () => {
    const clock = await useTestClock(milo.sql);
    const botId = await placeOne();
    const boot = await claimNewest(milo, botId);
    for (let minute = 0; minute < 30; minute++) {
      await clock.shift(MINUTE_MS);
      await recordHeartbeat(milo.sql, boot);
      await watchAll();
    }
    expect(await stateOf(botId)).toEqual({ status: "DEPLOYING", phase: "RUNNING" });
  });

  it("keeps a bot that is let wait in the lobby [vexa#862]", async () => {
    const clock = await useTestClock(milo.sql);
    const botId = await placeOne();
    const boot = await claimNewest(milo, botId);
    const at = new Date().toISOString();
    const events = (["JOINING_CALL", "IN_WAITING_ROOM"] as const).map((status) => ({
      id: status,
      at,
      status,
      code: status,
    }));
    await reportEvents(milo.sql, { ...boot, events });
    for (let minute = 0; minute < 20; minute++) {
      await clock.shift(MINUTE_MS);
      await recordHeartbeat(milo.sql, boot);
      await watchAll();
    }
    expect(await stateOf(botId)).toEqual({ status: "IN_WAITING_ROOM", phase: "RUNNING" });
  });

  it("concludes nothing from a listing that failed, however often it fails [meeboter 19] [meeboter 20]", async () => {
    const clock = await useTestClock(milo.sql);
    const botId = await placeOne();
    await claimNewest(milo, botId);
    k8s.list = async () => ({ kind: "failed", reason: "HTTP 500" });
    for (let minute = 0; minute < 10; minute++) {
      await clock.shift(MINUTE_MS);
      await watchAll();
    }
    expect(await stateOf(botId)).toEqual({ status: "DEPLOYING", phase: "RUNNING" });
  });

  it("gives away no slot of a bot that fell silent while its container is still there [meeboter 17]", async () => {
    const clock = await useTestClock(milo.sql);
    await claimNewest(milo, await placeOne());
    for (let minute = 0; minute < 30; minute++) {
      await clock.shift(MINUTE_MS);
      await watchAll();
      expect(await used()).toBe(1);
    }
    expect(k8s.workloads.size).toBe(1);
  });

  it("takes up again a launch that died of a fault of its own [meeboter 23]", async () => {
    const botId = await enqueue(milo.sql, plan);
    const { create } = k8s;
    k8s.create = async () => Promise.reject(new TypeError("a fault of the adapter's own"));
    await expect(turns.place()).rejects.toThrow(TypeError);
    k8s.create = create;
    const clock = await useTestClock(milo.sql);
    await clock.shift(turns.context.times.dispatcherLeaseMs);
    const survivor = await createTurns(milo, plan, [k8s, aws]);
    expect(await survivor.takeOver()).toEqual([botId]);
    expect(await stateOf(botId)).toEqual({ status: "DEPLOYING", phase: "STARTING" });
  });

  it("judges a platform's bots by that platform's listing alone [vexa#173]", async () => {
    const clock = await useTestClock(milo.sql);
    const botId = await placeOne();
    await claimNewest(milo, botId);
    // Silent and never in the other's listing: were it judged by that one, it would have been absent long ago.
    for (let minute = 0; minute < 10; minute++) {
      await clock.shift(MINUTE_MS);
      await watchPlatform(turns.context, "aws");
    }
    expect(await stateOf(botId)).toEqual({ status: "DEPLOYING", phase: "RUNNING" });
  });

  it("stops the container of a bot that is cancelled while it starts, and holds its slot until then [meeboter 16]", async () => {
    const botId = await placeOne();
    await stopBot(milo.sql, botId, 1);
    expect(await stateOf(botId)).toEqual({ status: "CANCELLED", phase: "STOPPING" });
    expect((await claimNewest(milo, botId)).accepted).toBe(false);
    expect(await used()).toBe(1);
    await stopAttempts(turns.context, "k8s");
    expect(k8s.workloads.size).toBe(0);
    expect(await used()).toBe(0);
  });

  it("repeats a stop that the platform refused until it is done [vexa#266]", async () => {
    const botId = await placeOne();
    await stopBot(milo.sql, botId, 1);
    const { stop } = k8s;
    let refusals = 3;
    k8s.stop = async (ref, ...rest) =>
      refusals-- > 0 ? { kind: "failed", reason: "HTTP 500" } : stop.call(k8s, ref, ...rest);
    const clock = await useTestClock(milo.sql);
    for (let turn = 0; turn < 4; turn++) {
      expect(await used()).toBe(1);
      await stopAttempts(turns.context, "k8s");
      await clock.shift(MINUTE_MS);
    }
    expect(k8s.workloads.size).toBe(0);
    expect(await used()).toBe(0);
  });

  it("lets nobody delete a bot whose container may still be there [meeboter 24]", async () => {
    const botId = await placeOne();
    await expect(milo.sql`DELETE FROM bots WHERE id = ${botId}`).rejects.toMatchObject({ code: "23001" });
  });

  it("stops by the very bot that a repeated create answers [vexa#44]", async () => {
    const meeting = {
      name: "Bot",
      meetingPlatform: "zoom",
      meetingUrl: "https://zoom.example/j/1",
      priority: 0,
    } as const;
    const bot = { ...meeting, deduplicationKey: "one-meeting" };
    const first = await createBot(milo.sql, bot, plan);
    await turns.place();
    const again = await createBot(milo.sql, bot, plan);
    expect(again).toMatchObject({ botId: first.botId, created: false });
    expect(await stopBot(milo.sql, again.botId, 1)).toBe("cancelled");
    expect(await stateOf(first.botId)).toEqual({ status: "CANCELLED", phase: "STOPPING" });
    expect(await createBot(milo.sql, bot, plan)).toMatchObject({ created: true });
  });
});
