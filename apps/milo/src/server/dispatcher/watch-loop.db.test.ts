import type { DeploymentPlatform } from "@milo/placement";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PlatformListener } from "#server/api/services/platform/platform-service.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "#server/testing/test-dispatcher.ts";

/** So far apart that no regular listing falls into a test. */
const RARELY = { ...FAST_TIMES, platformListMs: 600_000 };
const PATIENT = { timeout: 20_000, interval: 20 };
const SPACING_MS = 500;

/** A platform that sends notices when the test does, and knows who listens. */
function createTellingPlatform(platform: DeploymentPlatform) {
  const fake = createFakePlatform(platform);
  const listeners = new Set<PlatformListener>();
  let lists = 0;
  const telling = Object.assign(fake, {
    listeners,
    lists: () => lists,
    tell: () => {
      for (const listener of listeners) listener.onEvidence();
    },
    follow: (listener: PlatformListener, signal: AbortSignal) => {
      listeners.add(listener);
      return new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          listeners.delete(listener);
          resolve();
        });
      });
    },
  });
  const { list } = fake;
  fake.list = () => {
    lists += 1;
    return list();
  };
  return telling;
}

describe("the watch of a platform that tells of evidence", () => {
  const plan = testPlan({ k8s: 5, aws: 5 });
  let milo: TestMilo;
  let k8s: ReturnType<typeof createTellingPlatform>;
  let aws: FakePlatform;
  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createTellingPlatform("k8s");
    aws = createFakePlatform("aws");
  });
  afterEach(() => milo[Symbol.asyncDispose]());

  const start = (times = RARELY) => startTestDispatcher(milo.sql, plan, [k8s, aws], { times });
  const followed = () => expect.poll(() => k8s.listeners.size, PATIENT).toBe(1);
  async function startOne() {
    const botId = await enqueue(milo.sql, plan);
    await expect.poll(async () => (await deployment(botId))?.phase, PATIENT).toBe("STARTING");
    const [launchKey = ""] = k8s.creates.slice(-1);
    return { botId, launchKey };
  }
  const deployment = async (botId: number) =>
    (await milo.sql`SELECT * FROM deployments WHERE bot_id = ${botId} ORDER BY attempt`)[0];
  const failStart = (launchKey: string) => {
    const workload = k8s.workloads.get(launchKey);
    if (workload === undefined) throw new Error(`no ${launchKey}`);
    const startFailure = { class: "config", reason: "ImagePullBackOff" } as const;
    k8s.workloads.set(launchKey, { ...workload, state: "starting", startFailure });
  };

  it("fails a launch that will not start over at once, though the next listing is far away", async () => {
    await using _dispatcher = await start();
    await followed();
    const { botId, launchKey } = await startOne();
    failStart(launchKey);
    k8s.tell();
    await expect.poll(() => aws.creates.length, PATIENT).toBe(1);
    expect(await deployment(botId)).toMatchObject({ failure_class: "config" });
  });

  it("looks again in a moment when the evidence was there before its launcher wrote that it started", async () => {
    let release = () => {};
    const marked = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using _dispatcher = await startTestDispatcher(milo.sql, plan, [k8s, aws], {
      times: RARELY,
      failpoint: (name) => (name === "launch:started" ? marked : Promise.resolve()),
    });
    await followed();
    const botId = await enqueue(milo.sql, plan);
    await expect.poll(() => [...k8s.workloads.values()][0]?.state, PATIENT).toBe("running");
    failStart(k8s.creates[0] ?? "");
    const before = k8s.lists();
    k8s.tell();
    await expect.poll(() => k8s.lists(), PATIENT).toBeGreaterThan(before + 1);
    expect((await deployment(botId))?.phase).toBe("LAUNCHING");
    const soon = k8s.lists();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const looks = k8s.lists() - soon;
    release();
    await expect.poll(() => aws.creates.length, PATIENT).toBe(1);
    expect(looks, "its launcher may be dead, and its lease lasts long").toBeLessThanOrEqual(6);
  });

  it("answers a storm of notices with a listing each half second, and goes back to rest", async () => {
    await using _dispatcher = await start();
    await followed();
    const before = k8s.lists();
    const beganAtMs = performance.now();
    while (performance.now() - beganAtMs < 2_000) {
      k8s.tell();
      await new Promise(setImmediate);
    }
    const took = performance.now() - beganAtMs;
    expect(k8s.lists() - before).toBeGreaterThan(0);
    expect(k8s.lists() - before).toBeLessThanOrEqual(took / SPACING_MS + 2);
  });

  it("counts what is absent by the regular listings alone, however often it looks in between", async () => {
    await using _dispatcher = await start({ ...FAST_TIMES, platformListMs: 5_000 });
    await followed();
    const { botId, launchKey } = await startOne();
    k8s.workloads.delete(launchKey);
    const before = k8s.lists();
    const looked = () => k8s.lists() - before;
    while (looked() < 4) {
      k8s.tell();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await deployment(botId))?.absent_listings).toBeLessThanOrEqual(1);
  });

  it("looks for orphans by the first look of the next dispatcher, and counts nothing absent by it: it may follow the last one's at once", async () => {
    const times = { ...FAST_TIMES, platformListMs: 3_000 };
    const first = await start(times);
    const { botId, launchKey } = await startOne();
    k8s.workloads.delete(launchKey);
    k8s.workloads.set("stranger", { identifier: "stranger", launchKey: null, state: "running" });
    const counted = async () => (await deployment(botId))?.absent_listings;
    await expect.poll(counted, PATIENT).toBe(1);
    await first.stop(0);
    const before = k8s.lists();
    await milo.sql`DELETE FROM orphan_sightings`;
    await using _second = await start(times);
    await expect.poll(() => k8s.lists(), PATIENT).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await counted()).toBe(1);
    expect(await milo.sql`SELECT identifier FROM orphan_sightings`).toEqual([{ identifier: "stranger" }]);
    await expect.poll(counted, PATIENT).toBe(2);
  });

  it("is followed by one dispatcher at a time, and by the next when that one stops", async () => {
    const first = await start(FAST_TIMES);
    await followed();
    const [holder] = k8s.listeners;
    await using _second = await start(FAST_TIMES);
    const looked = k8s.lists();
    await expect.poll(() => k8s.lists(), PATIENT).toBeGreaterThan(looked + 3);
    expect([...k8s.listeners]).toEqual([holder]);
    await first.stop(0);
    await followed();
    expect(k8s.listeners.has(holder as PlatformListener)).toBe(false);
  });

  it("is no longer followed by a dispatcher whose watch another has taken", async () => {
    await using _dispatcher = await start(FAST_TIMES);
    await followed();
    await milo.sql`
      UPDATE platform_checks SET watcher = 'another', watcher_until = milo_now() + interval '1 minute'
      WHERE platform = 'k8s'`;
    await expect.poll(() => k8s.listeners.size, PATIENT).toBe(0);
  });
});

describe("the watch of a platform that sends no notices", () => {
  it("is looked at more often while launches start, as far as the platform's limits leave room", async () => {
    await using milo = await createTestMilo();
    const plan = testPlan({ aws: 1 });
    const aws = Object.assign(createFakePlatform("aws"), { listWhileStartingMs: 50 });
    let lists = 0;
    const { list } = aws;
    aws.list = () => {
      lists += 1;
      return list();
    };
    await using _dispatcher = await startTestDispatcher(milo.sql, plan, [aws], {
      times: RARELY,
    });
    await expect.poll(() => lists, PATIENT).toBe(1);
    await enqueue(milo.sql, plan);
    await expect.poll(() => lists, PATIENT).toBeGreaterThan(6);
  });
});
