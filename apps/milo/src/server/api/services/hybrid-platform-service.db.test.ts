import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher, type TestDispatcher } from "#server/testing/test-dispatcher.ts";

const BOT = { meetingPlatform: "zoom", meetingUrl: "https://zoom.example/j/1?pwd=secret" } as const;

describe("the API over a running dispatcher", () => {
  let milo: TestMilo;
  let k8s: FakePlatform;
  let aws: FakePlatform;
  let services: Services;
  const dispatchers: TestDispatcher[] = [];
  const plan = testPlan({ k8s: 1, aws: 1 }, { queueTimeoutMs: 60_000 });
  const api = () => createCaller({ services });
  const startOne = async () => {
    const dispatcher = await startTestDispatcher(milo.open(8).sql, plan, [k8s, aws]);
    dispatchers.push(dispatcher);
    return dispatcher;
  };

  beforeEach(async () => {
    milo = await createTestMilo();
    k8s = createFakePlatform("k8s");
    aws = createFakePlatform("aws");
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
  });
  afterEach(async () => {
    await Promise.all(dispatchers.splice(0).map((dispatcher) => dispatcher.stop(0)));
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });

  it("answers with the platform as soon as the bot is starting there", async () => {
    await startOne();
    const result = await api().bots.create(BOT);
    expect(result).toMatchObject({ success: true, created: true, platform: "k8s" });
    expect(result.platformIdentifier).toMatch(/^k8s\/bot-[a-z2-7]{6}-1-a1$/);
    expect(result.queued).toBeUndefined();
  });

  it("answers that a bot waits as soon as a pass has decided it, long before the platform's timeout [vexa#1207]", async () => {
    await startOne();
    await api().bots.create(BOT);
    const askedAt = performance.now();
    const second = await api().bots.create(BOT);
    expect(performance.now() - askedAt).toBeLessThan(2_000);
    expect(second).toMatchObject({ success: true, queued: true, queuePosition: 1 });
    const [entry] = await api().infrastructure.getQueuedBots();
    expect(entry).toMatchObject({ botId: second.botId, position: 1, waitingFor: "k8s", platform: "zoom" });
    expect(entry?.reason).toMatch(/^K8s is full \(1\/1\); tries AWS in (\d+ s|1 min)$/);
    expect(await api().infrastructure.getQueueStats()).toMatchObject({ total: 1, oldest: entry?.queuedAt });
    expect(await api().infrastructure.getActivePlatforms()).toMatchObject([
      { platform: "k8s", used: 1, limit: 1, queueTimeout: 60_000 },
      { platform: "aws", used: 0, limit: 1, queueTimeout: 60_000 },
    ]);
    expect(await api().infrastructure.getStats()).toEqual([
      { platform: "k8s", starting: 1, running: 0, stopping: 0, failed24h: 0 },
      { platform: "aws", starting: 0, running: 0, stopping: 0, failed24h: 0 },
    ]);
  });

  it("keeps a bot to the platforms it is to be placed on, to the end of its wait", async () => {
    await startOne();
    const kept = await api().bots.create({ ...BOT, platforms: ["aws"] });
    expect(kept).toMatchObject({ success: true, platform: "aws" });
    const waiting = await api().bots.create({ ...BOT, platforms: ["aws"], queueTimeoutMs: 1_500 });
    expect(waiting).toMatchObject({ success: true, queued: true });
    expect(waiting.estimatedWaitMs, "room on a platform it may not use is none for it").not.toBe(0);
    await expect
      .poll(async () => (await api().bots.get({ botId: waiting.botId })).status, { timeout: 10_000 })
      .toBe("FATAL");
    expect(k8s.creates).toEqual([]);
    await expect(api().bots.create({ ...BOT, platforms: ["coolify"] })).rejects.toThrow("coolify is not in the plan");
  });

  it("tells of a pass whoever asks for one, however long ago the newest bot came", async () => {
    await startOne();
    await services.hybrid.processQueue();
    for (let n = 0; n < 2; n++) await api().bots.create(BOT);
    const waiting = await api().bots.create({ ...BOT, deduplicationKey: "stand-up" });
    await milo.sql`UPDATE deployment_queue SET queued_at = queued_at - interval '1 minute'`;
    await milo.sql`UPDATE bots SET created_at = created_at - interval '1 minute'`;
    await services.hybrid.processQueue();
    const askedAt = performance.now();
    const again = await api().bots.create({ ...BOT, deduplicationKey: "stand-up" });
    expect(performance.now() - askedAt).toBeLessThan(4_000);
    expect(again).toMatchObject({ botId: waiting.botId, created: false, queued: true, queuePosition: 2 });
  });

  it("gives a freed slot to the next bot at once", async () => {
    await startOne();
    const first = await api().bots.create(BOT);
    const second = await api().bots.create(BOT);
    await api().bots.stop({ botId: first.botId });
    await expect.poll(async () => (await api().bots.get({ botId: second.botId })).deploymentPlatform).toBe("k8s");
    expect(await api().bots.get({ botId: first.botId })).toMatchObject({ status: "CANCELLED" });
  });

  it("fails over when the platform refuses, and says what was tried", async () => {
    k8s.nextCreates.push({ kind: "failed", class: "auth", reason: "401 Unauthorized" });
    await startOne();
    const bot = await api().bots.create(BOT);
    await expect.poll(async () => (await api().bots.get({ botId: bot.botId })).deploymentPlatform).toBe("aws");
    const events = await milo.sql`SELECT message FROM bot_events WHERE code = 'ATTEMPT_FAILED'`;
    expect(events[0]?.message).toBe("K8s, attempt 1 (auth): 401 Unauthorized");
  });

  it("gives up an unknown launch after its time, keeps the slot until the platform shows nothing, and fails over", async () => {
    k8s.nextCreates.push(...Array.from({ length: 9 }, () => ({ kind: "unknown", reason: "timed out" }) as const));
    await startOne();
    const bot = await api().bots.create(BOT);
    await expect.poll(async () => (await api().bots.get({ botId: bot.botId })).deploymentPlatform).toBe("aws");
    const [stopping] = await milo.sql`SELECT phase, failure_class FROM deployments WHERE attempt = 1`;
    expect(stopping).toMatchObject({ phase: "STOPPING", failure_class: "unknown" });
    const ended = async () => (await milo.sql`SELECT phase FROM deployments WHERE attempt = 1`)[0]?.phase;
    await expect.poll(ended, { timeout: 15_000 }).toBe("ENDED");
  });

  it("places a bot that may not wait in the first pass, or ends it at once with a reason", async () => {
    await startOne();
    expect(await api().bots.create({ ...BOT, queueTimeoutMs: 0 })).toMatchObject({ success: true, platform: "k8s" });
    expect(await api().bots.create({ ...BOT, queueTimeoutMs: 0 })).toMatchObject({ success: true, platform: "aws" });
    const third = await api().bots.create({ ...BOT, queueTimeoutMs: 0 });
    expect(third).toMatchObject({ success: false });
    expect(await api().bots.get({ botId: third.botId })).toMatchObject({
      status: "FATAL",
      statusCode: "QUEUE_TIMEOUT",
    });
  });

  it("expires a waiting bot within 250 ms of its deadline", async () => {
    await startOne();
    for (let n = 0; n < 2; n++) await api().bots.create({ ...BOT, queueTimeoutMs: 0 });
    const { botId } = await api().bots.create({ ...BOT, queueTimeoutMs: 1_500 });
    const status = async () => (await api().bots.get({ botId })).status;
    await expect.poll(status, { timeout: 5_000 }).toBe("FATAL");
    const [row] = await milo.sql<{ lateMs: number }[]>`
      SELECT (extract(epoch FROM finished_at - timeout_at) * 1000)::float8 AS "lateMs" FROM deployment_queue WHERE bot_id = ${botId}`;
    expect(row?.lateMs).toBeGreaterThanOrEqual(0);
    expect(row?.lateMs).toBeLessThan(250);
  });

  it("takes over the launch of a dispatcher that died, with the same name on the platform [meeboter 5]", async () => {
    k8s.gate = new Promise(() => {});
    const dead = await startOne();
    void api().bots.create(BOT);
    await expect.poll(() => k8s.creates.length).toBe(1);
    // It dies without a word: its lease is all that is left of it.
    dead.context.leases.drop({ deploymentId: 1, fence: 1 });
    k8s.gate = null;
    await startOne();
    const phase = async () => (await milo.sql`SELECT phase, fence FROM deployments WHERE id = 1`)[0];
    await expect.poll(phase, { timeout: 6_000 }).toMatchObject({ phase: "STARTING", fence: 2 });
    expect(new Set(k8s.creates).size).toBe(1);
    expect(k8s.workloads.size).toBe(1);
  });

  it("hands over what it holds when it stops gracefully: the next one need not wait for a lease", async () => {
    k8s.gate = new Promise(() => {});
    const first = await startOne();
    void api().bots.create(BOT);
    await expect.poll(() => k8s.creates.length).toBe(1);
    await first.stop(50);
    const [lease] = await milo.sql`SELECT lease_until <= milo_now() AS over, phase FROM deployments WHERE id = 1`;
    expect(lease).toMatchObject({ over: true, phase: "LAUNCHING" });
    k8s.gate = null;
    await startOne();
    const phase = async () => (await milo.sql`SELECT phase FROM deployments WHERE id = 1`)[0]?.phase;
    await expect.poll(phase, { timeout: 1_000 }).toBe("STARTING");
  });

  it("frees the slot of a claimed bot whose workload the platform reports as ended", async () => {
    await startOne();
    const { botId } = await api().bots.create(BOT);
    const [row] = await milo.sql<{ launchKey: string }[]>`SELECT launch_key AS "launchKey" FROM deployments`;
    const launchKey = row?.launchKey ?? "";
    await claimAttempt(milo.sql, { launchKey, bootId: "boot-one", maxDurationMs: 60_000 });
    const workload = k8s.workloads.get(launchKey);
    if (workload === undefined) throw new Error("unreachable");
    const end = { exitCode: 1, reason: "Error", infrastructure: false };
    k8s.workloads.set(launchKey, { ...workload, state: "ended", end });
    await expect.poll(async () => (await api().bots.get({ botId })).status, { timeout: 10_000 }).toBe("FATAL");
    // Its status comes with the listing that shows the end, its slot with the look that shows it gone.
    const used = async () => (await api().infrastructure.getActivePlatforms())[0]?.used;
    await expect.poll(used, { timeout: 10_000 }).toBe(0);
  });

  it("stops bots on one platform although another does not answer [meeboter 22]", async () => {
    const answer = Promise.withResolvers<void>();
    k8s.stopGate = answer.promise;
    await startOne();
    const first = await api().bots.create({ ...BOT, queueTimeoutMs: 0 });
    const second = await api().bots.create({ ...BOT, queueTimeoutMs: 0 });
    expect([first.platform, second.platform]).toEqual(["k8s", "aws"]);
    await api().bots.stop({ botId: first.botId });
    await api().bots.stop({ botId: second.botId });
    const used = async () => (await api().infrastructure.getActivePlatforms()).map((platform) => platform.used);
    await expect.poll(used).toEqual([1, 0]);
    answer.resolve();
    await expect.poll(used).toEqual([0, 0]);
  });

  it("is deployed once however often deployBot is called [meeboter 2]", async () => {
    await startOne();
    const { botId } = await api().bots.create(BOT);
    await Promise.all([1, 2, 3].map(() => services.hybrid.deployBot({ botId })));
    expect(k8s.creates).toHaveLength(1);
  });

  it("calls a bot that is safely queued a success, whatever goes wrong while looking at it", async () => {
    const result = api().bots.create(BOT);
    await expect.poll(async () => (await milo.sql`SELECT 1 FROM bots`).length).toBe(1);
    await milo.sql`ALTER TABLE deployments RENAME TO deployments_away`;
    expect(await result).toMatchObject({ success: true, queued: true });
    await milo.sql`ALTER TABLE deployments_away RENAME TO deployments`;
  });

  it("tells health from the last probe, while it is fresh", async () => {
    const dispatcher = await startOne();
    const healthy = async () => (await api().infrastructure.getActivePlatforms()).map((p) => p.isHealthy);
    await expect.poll(healthy).toEqual([true, true]);
    k8s.health = { healthy: false, reason: "connection refused" };
    await expect.poll(healthy).toEqual([false, true]);
    await dispatcher.stop(0);
    await expect.poll(healthy, { timeout: 3_000 }).toEqual([false, false]);
  });

  it("makes a full pass on processQueue, and says when nobody is there to make one", async () => {
    await expect(services.hybrid.processQueue()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await startOne();
    await services.hybrid.processQueue();
  }, 15_000);

  it.each([
    ["a meeting that is no URL", { meetingUrl: "zoom" }, /Invalid URL/],
    ["a priority out of bounds", { priority: 1_001 }, /priority/],
    ["an unknown meeting platform", { meetingPlatform: "webex" }, /meetingPlatform/],
    ["a name with a NUL, which no database text holds", { name: "a\u0000b" }, /well-formed/],
    ["a future start, which does not exist yet [meeboter 10]", { startAt: "2099-01-01T00:00:00Z" }, /startAt/],
  ])("refuses %s precisely and changes nothing", async (_, change, message) => {
    await expect(api().bots.create({ ...BOT, ...change } as never)).rejects.toThrow(message);
    expect(await milo.sql`SELECT 1 FROM bots`).toHaveLength(0);
  });

  it("answers NOT_FOUND for a bot that does not exist", async () => {
    await expect(api().bots.get({ botId: 99 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(api().bots.stop({ botId: 99 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("lists bots newest first, by cursor, filtered by status and infrastructure", async () => {
    await startOne();
    for (let n = 0; n < 4; n++) await api().bots.create({ ...BOT, name: `n${n}` });
    const first = await api().bots.list({ limit: 3 });
    expect(first.bots.map((bot) => bot.name)).toEqual(["n3", "n2", "n1"]);
    const rest = await api().bots.list({ limit: 3, before: first.nextBefore ?? 0 });
    expect(rest).toMatchObject({ bots: [{ name: "n0" }], nextBefore: null });
    expect((await api().bots.list({ infrastructure: "k8s" })).bots.map((bot) => bot.name)).toEqual(["n0"]);
    expect((await api().bots.list({ statuses: ["QUEUED"] })).bots).toHaveLength(3);
  });
});
