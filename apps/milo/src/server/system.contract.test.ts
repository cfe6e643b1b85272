import type { DeploymentPlatform } from "@milo/placement";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testPlan } from "#server/testing/milo-database.ts";
import { startTestSystem, type TestSystem } from "#server/testing/test-system.ts";

const PLATFORMS = ["k8s", "aws", "coolify"] as const;
/** A meeting of the reference bot's simulated kind; its query says how it goes. */
const meeting = (script: string) => `https://zoom.example/j/1?${script}`;
const SHORT = "join=50ms&waiting=50ms&call=500ms&leave=50ms";
const LONG = "join=50ms&waiting=50ms&call=60s&leave=50ms";
const SLOW = { timeout: 25_000, interval: 100 };

/*
 * Nothing here is imitated but the three platforms: real adapters over HTTP, real PostgreSQL, real bot processes that
 * claim, report and leave. What ran is read from the emulators' own record.
 */
describe.each(PLATFORMS)("a bot on %s, from request to the end of its call", (platform: DeploymentPlatform) => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem(testPlan({ [platform]: 1 }, { queueTimeoutMs: 120_000 }));
  }, 60_000);
  afterAll(() => system[Symbol.asyncDispose]());

  const bot = async (botId: number) => system.api.bots.get({ botId });
  const create = (script: string) =>
    system.api.bots.create({ meetingPlatform: "zoom", meetingUrl: meeting(script), maxDurationMs: 300_000 });
  const launchKey = (botId: number, attempt = 1) => `bot-${system.installation.id}-${botId}-a${attempt}`;
  const intervals = (botId: number) =>
    system.emulators[platform].timeline.intervals().filter((one) => one.launchKey === launchKey(botId));
  const used = async () => (await system.api.infrastructure.getActivePlatforms())[0]?.used;

  it("runs once, reports its way through the call, ends DONE and gives its slot back", {
    timeout: 60_000,
  }, async () => {
    const created = await create(SHORT);
    expect(created).toMatchObject({ success: true });
    await expect.poll(async () => (await bot(created.botId)).status, SLOW).toBe("DONE");
    await expect.poll(used, SLOW).toBe(0);
    const statuses = await system.milo.sql`
      SELECT status FROM bot_events WHERE bot_id = ${created.botId} AND status IS NOT NULL ORDER BY id`;
    expect(statuses.map((row) => row.status)).toEqual([
      "QUEUED",
      "DEPLOYING",
      "JOINING_CALL",
      "IN_WAITING_ROOM",
      "IN_CALL",
      "CALL_ENDED",
      "DONE",
    ]);
    const [deployment] = await system.milo.sql`SELECT phase, outcome FROM deployments WHERE bot_id = ${created.botId}`;
    expect(deployment).toMatchObject({ phase: "ENDED", outcome: "completed" });
    expect(intervals(created.botId).every((one) => one.end !== null)).toBe(true);
    expect(intervals(created.botId).length).toBeGreaterThanOrEqual(1);
  });

  it("waits while the platform is full, and starts when the one before it is told to leave and has gone", {
    timeout: 90_000,
  }, async () => {
    const first = await create(LONG);
    await expect.poll(async () => (await bot(first.botId)).status, SLOW).toBe("IN_CALL");
    const second = await create(SHORT);
    expect(second).toMatchObject({ success: true, queued: true, queuePosition: 1 });
    await system.api.bots.stop({ botId: first.botId });
    await expect.poll(async () => (await bot(first.botId)).status, SLOW).toBe("DONE");
    await expect.poll(async () => (await bot(second.botId)).status, SLOW).toBe("DONE");
    const left = intervals(first.botId).at(-1)?.end ?? Number.POSITIVE_INFINITY;
    const joined = intervals(second.botId)[0]?.start ?? 0;
    expect(joined).toBeGreaterThanOrEqual(left);
    await expect.poll(used, SLOW).toBe(0);
  });

  it("is unhealthy within moments once the platform is away, and healthy when it is back", {
    timeout: 60_000,
  }, async () => {
    const healthy = async () => (await system.api.infrastructure.getActivePlatforms())[0]?.isHealthy;
    await expect.poll(healthy, SLOW).toBe(true);
    await system.emulators[platform].goOffline(2_500);
    await expect.poll(healthy, SLOW).toBe(false);
    await expect.poll(healthy, SLOW).toBe(true);
  });
});
