import { Writable } from "node:stream";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { recordHeartbeat } from "#server/database/repositories/record-heartbeat.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher, type TestDispatcher } from "#server/testing/test-dispatcher.ts";
import type { DispatcherContext } from "./context.ts";

const plan = testPlan({ k8s: 1, aws: 50 });
const FULL = { kind: "failed", class: "capacity", reason: "no node" } as const;

describe("a platform that is closed", () => {
  let milo: TestMilo;
  let platforms: [FakePlatform, FakePlatform];
  let services: Services;
  const running: TestDispatcher[] = [];
  const log = pino({ level: "silent" });
  beforeEach(async () => {
    milo = await createTestMilo(20);
    platforms = [createFakePlatform("k8s"), createFakePlatform("aws")];
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log });
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop(0)));
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });
  const start = async (overrides: Partial<DispatcherContext> = {}) => {
    const dispatcher = await startTestDispatcher(milo.open(10).sql, plan, platforms, overrides);
    running.push(dispatcher);
  };
  const api = () => createCaller({ services });
  const bot = async (id: number) => (await milo.sql`SELECT * FROM bots WHERE id = ${id}`)[0];
  const live = async (id: number) =>
    (await milo.sql`SELECT * FROM deployments WHERE bot_id = ${id} AND phase <> 'ENDED'`)[0];
  const platformOf = async (id: number) => (await live(id))?.platform ?? null;
  const codes = async (id: number) =>
    (await milo.sql`SELECT code, message FROM bot_events WHERE bot_id = ${id} ORDER BY id`).map((row) => row.code);
  async function until(condition: () => Promise<boolean>, withinMs = 8_000): Promise<number> {
    const beganMs = performance.now();
    while (!(await condition())) {
      if (performance.now() - beganMs > withinMs) throw new Error(`Not within ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return performance.now() - beganMs;
  }
  /** A bot on the only slot of k8s, and one that waits there for a minute. */
  async function oneRunsOneWaits() {
    const runs = await enqueue(milo.sql, plan);
    await until(async () => (await live(runs))?.phase === "STARTING");
    const waits = await enqueue(milo.sql, plan);
    await services.hybrid.processQueue();
    expect((await bot(waits))?.status).toBe("QUEUED");
    return { runs, waits };
  }
  async function untilOpen() {
    const k8s = async () => (await api().infrastructure.getPlatforms())[0];
    await until(async () => (await k8s())?.breaker.state === "open");
    return k8s();
  }
  async function claim(id: number) {
    const launchKey = String((await live(id))?.launch_key);
    expect(await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: 60_000 })).toMatchObject({
      accepted: true,
    });
    return { launchKey, bootId: "boot-one" };
  }

  it("has its waiting bots moved on within a second of its breaker's verdict, and says why", async () => {
    await start();
    const { waits } = await oneRunsOneWaits();
    const context = running[0]?.context;
    if (context === undefined) throw new Error("no dispatcher");
    const verdict = { platform: "k8s", deploymentIds: [], outcome: "auth", reason: "401", random: 0 } as const;
    await context.repositories.noteLaunchOutcome(context.sql, verdict);
    expect(await until(async () => (await platformOf(waits)) === "aws")).toBeLessThan(1_000);
    const events = await milo.sql`SELECT message FROM bot_events WHERE bot_id = ${waits} AND code = 'STAGE_PASSED'`;
    expect(events).toEqual([{ message: "K8s is failing: 401; now also waits for AWS" }]);
  });

  it.each(["hold", "drain"] as const)("has its waiting bots moved on within a second of a %s", async (mode) => {
    await start();
    const { waits } = await oneRunsOneWaits();
    await api().infrastructure.setPlatformMode({ platform: "k8s", mode, reason: "upgrade" });
    expect(await until(async () => (await platformOf(waits)) === "aws")).toBeLessThan(1_000);
  });

  it("moves nobody on while every platform is closed, and takes bots at once when one is opened again", async () => {
    await start();
    for (const { platform } of plan.platforms) {
      await api().infrastructure.setPlatformMode({ platform, mode: "hold" });
    }
    const waits = await enqueue(milo.sql, plan);
    await services.hybrid.processQueue();
    expect(await codes(waits)).toEqual(["QUEUED"]);
    const reason = (await services.hybrid.getQueuedBots())[0]?.reason;
    expect(reason).toMatch(/^K8s is on hold; tries AWS in/);
    await api().infrastructure.setPlatformMode({ platform: "k8s", mode: "enabled" });
    expect(await until(async () => (await platformOf(waits)) === "k8s")).toBeLessThan(1_000);
  });

  it("keeps what runs when it is put on hold", async () => {
    await start();
    const { runs } = await oneRunsOneWaits();
    const attempt = await claim(runs);
    await api().infrastructure.setPlatformMode({ platform: "k8s", mode: "hold" });
    await services.hybrid.processQueue();
    await services.hybrid.processQueue();
    expect(await recordHeartbeat(milo.sql, attempt)).toEqual({ accepted: true, leave: false });
  });

  it("tells its running bots to leave when drained, and those that claim later, once each", async () => {
    await start();
    const { runs: late } = await oneRunsOneWaits();
    const early = await enqueue(milo.sql, plan);
    await api().infrastructure.setPlatformMode({ platform: "aws", mode: "hold" });
    await api().infrastructure.setPlatformMode({ platform: "k8s", mode: "drain", reason: "upgrade" });
    await services.hybrid.processQueue();
    expect((await bot(late))?.status).toBe("DEPLOYING");
    const attempt = await claim(late);
    await until(async () => (await bot(late))?.status === "LEAVING");
    expect(await recordHeartbeat(milo.sql, attempt)).toEqual({ accepted: true, leave: true });
    expect(await bot(late)).toMatchObject({ status_code: "PLATFORM_DRAINED" });
    expect((await live(late))?.leave_by).not.toBeNull();
    await services.hybrid.processQueue();
    expect((await codes(late)).filter((code) => code === "PLATFORM_DRAINED")).toHaveLength(1);
    expect((await bot(early))?.status).toBe("QUEUED");
  });

  it("is told with its reason and since when, in API and audit", async () => {
    await start();
    const before = new Date(Date.now() - 1_000);
    const wish = { platform: "k8s", mode: "hold", reason: "upgrade" } as const;
    const held = await api().infrastructure.setPlatformMode(wish);
    expect(held).toMatchObject({ mode: "hold", modeReason: "upgrade", breaker: { state: "closed", opensUntil: null } });
    expect(held.modeSince.getTime()).toBeGreaterThan(before.getTime());
    expect(await api().infrastructure.setPlatformMode(wish)).toEqual(held);
    const audited = await milo.sql`SELECT platform, code, message FROM platform_events`;
    expect(audited).toEqual([{ platform: "k8s", code: "MODE_HOLD", message: "K8s is on hold: no new bots (upgrade)" }]);
    await expect(api().infrastructure.setPlatformMode({ platform: "coolify", mode: "hold" })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("raises the alarm once when it refuses us, opens for long, and is not healthy although it answers", async () => {
    const lines: { alarm?: string }[] = [];
    const sink = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    for (let n = 0; n < 5; n++) platforms[0].nextCreates.push({ kind: "failed", class: "auth", reason: "401" });
    await start({ log: pino({}, sink) });
    await start({ log: pino({}, sink) });
    const first = await enqueue(milo.sql, plan);
    await until(async () => (await platformOf(first)) === "aws");
    const k8s = await untilOpen();
    expect(k8s?.breaker.reason).toBe("401");
    expect((k8s?.breaker.opensUntil?.getTime() ?? 0) - Date.now()).toBeGreaterThan(2 * 60_000);
    // It is said after the commit that opened the breaker.
    const alarms = () => lines.filter((line) => line.alarm === "platform_auth");
    await until(async () => alarms().length > 0);
    expect(alarms()).toHaveLength(1);
    await until(async () => (await services.hybrid.getCapacityStats())[1]?.isHealthy === true);
    expect((await services.hybrid.getCapacityStats())[0]?.isHealthy).toBe(false);
  });

  it("stays healthy however often it says that it is full", async () => {
    for (let n = 0; n < 4; n++) platforms[0].nextCreates.push(FULL);
    await start();
    for (let n = 0; n < 4; n++) {
      const id = await enqueue(milo.sql, plan);
      await until(async () => (await platformOf(id)) === "aws");
      await milo.sql`UPDATE platforms SET admit_not_before = NULL WHERE platform = 'k8s'`;
    }
    expect(platforms[0].creates).toHaveLength(4);
    await until(async () => (await services.hybrid.getCapacityStats())[0]?.isHealthy === true);
    const [row] = await milo.sql`SELECT breaker_state, breaker_version FROM platforms WHERE platform = 'k8s'`;
    expect(row).toEqual({ breaker_state: "closed", breaker_version: 0 });
  });

  it("is opened by launches whose outcome stays unknown or that are refused as unavailable", async () => {
    platforms[0].nextCreates.push({ kind: "failed", class: "unavailable", reason: "503" });
    platforms[0].nextCreates.push({ kind: "failed", class: "unavailable", reason: "503" });
    platforms[0].nextCreates.push({ kind: "failed", class: "unavailable", reason: "503" });
    await start();
    for (let n = 0; n < 3; n++) {
      const id = await enqueue(milo.sql, plan);
      await until(async () => (await platformOf(id)) === "aws");
    }
    expect((await untilOpen())?.breaker.reason).toBe("503");
    const after = await enqueue(milo.sql, plan);
    await until(async () => (await platformOf(after)) === "aws");
    expect(platforms[0].creates).toHaveLength(3);
  });
});
