import { BOT_API, claimReplySchema, eventsReplySchema, heartbeatReplySchema } from "@milo/bot-contract";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#server/database/client.ts";
import { attemptToken, type Installation, readInstallation } from "#server/database/repositories/installation.ts";
import { repositories } from "#server/dispatcher/repositories.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { startCuttableProxy } from "./testing/cuttable-proxy.ts";
import { startTestWeb, TEST_TIMES, type TestWeb, testBotRoutes } from "./testing/test-web.ts";

const ACCESS_TOKEN = "an-operators-access-token";
const plan = testPlan({ k8s: 50 });
const ADMIT = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 10 } as const;

describe("the bots' routes", () => {
  let milo: TestMilo;
  let installation: Installation;
  let web: TestWeb;
  beforeAll(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    installation = await readInstallation(milo.sql);
    const bots = await testBotRoutes(milo);
    web = await startTestWeb({ accessToken: ACCESS_TOKEN, routes: () => ({ bots }) });
  });
  afterAll(async () => {
    await web[Symbol.asyncDispose]();
    await milo[Symbol.asyncDispose]();
  });

  async function makeAttempt() {
    const botId = await enqueue(milo.sql, plan, { meetingUrl: "https://zoom.us/j/1?pwd=s3cret" });
    const [attempt] = await repositories.admit(milo.sql, ADMIT, () => expect.fail("slot clash"));
    if (attempt?.botId !== botId) throw new Error("not admitted");
    await repositories.markLaunching(milo.sql, [{ ...attempt, request: {} }]);
    return { botId, launchKey: attempt.launchKey, token: attemptToken(installation, attempt.launchKey) };
  }

  function post(path: string, body: unknown, token?: string, at: TestWeb = web) {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return at.call(path, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
  }
  const event = (status: string, more: object = {}) => ({
    id: status,
    at: new Date().toISOString(),
    status,
    code: status,
    ...more,
  });

  it("accept a claim, its heartbeats and its reports as the contract says", async () => {
    const { botId, launchKey, token } = await makeAttempt();
    const attempt = { launchKey, bootId: "boot-one" };
    const claim = await post(BOT_API.claim, attempt, token);
    expect(claim.status).toBe(200);
    expect(claimReplySchema.parse(claim.body)).toEqual({
      accepted: true,
      configuration: expect.objectContaining({ botId, meetingUrl: "https://zoom.us/j/1?pwd=s3cret" }),
      leaseMs: TEST_TIMES.claimLeaseMs,
      heartbeatIntervalMs: TEST_TIMES.heartbeatIntervalMs,
    });
    const beat = await post(BOT_API.heartbeat, attempt, token);
    expect(heartbeatReplySchema.parse(beat.body)).toEqual({ accepted: true, leave: false, leaseMs: 60_000 });
    const report = await post(BOT_API.events, { ...attempt, events: [event("JOINING_CALL")] }, token);
    expect(eventsReplySchema.parse(report.body)).toEqual({ accepted: true, leave: false, status: "JOINING_CALL" });
  });

  it("refuse a second process with 409 and tell it to leave with 200", async () => {
    const { launchKey, token } = await makeAttempt();
    await post(BOT_API.claim, { launchKey, bootId: "boot-one" }, token);
    const second = { launchKey, bootId: "boot-two" };
    const claim = await post(BOT_API.claim, second, token);
    expect(claim.status).toBe(409);
    expect(claimReplySchema.parse(claim.body)).toMatchObject({ accepted: false, code: "another_process" });
    const beat = await post(BOT_API.heartbeat, second, token);
    expect([beat.status, beat.body]).toEqual([200, { accepted: false, leave: true, leaseMs: 0 }]);
  });

  it("answer 401 alike for a wrong token, another attempt's, none, and an attempt that never was", async () => {
    const { launchKey, token } = await makeAttempt();
    const other = await makeAttempt();
    const never = `bot-${installation.id}-999999-a1`;
    const answers = await Promise.all([
      post(BOT_API.claim, { launchKey, bootId: "boot-one" }, "wrong"),
      post(BOT_API.claim, { launchKey, bootId: "boot-one" }, other.token),
      post(BOT_API.claim, { launchKey, bootId: "boot-one" }),
      post(BOT_API.claim, { launchKey: never, bootId: "boot-one" }, token),
      post(BOT_API.claim, { launchKey: never, bootId: "boot-one" }, attemptToken(installation, never)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const [row] = await milo.sql`SELECT boot_id FROM deployments WHERE launch_key = ${launchKey}`;
    expect(row).toEqual({ boot_id: null });
  });

  it("never take the operators' access token for an attempt's", async () => {
    const { launchKey } = await makeAttempt();
    for (const path of Object.values(BOT_API)) {
      const body = { launchKey, bootId: "boot-one", events: [event("DONE")] };
      expect((await post(path, body, ACCESS_TOKEN)).status).toBe(401);
    }
  });

  it("answer 400 and name what is malformed, 413 a body that is too large, 405 another method; nothing changes", async () => {
    const { botId, launchKey, token } = await makeAttempt();
    expect(await post(BOT_API.claim, "{", token)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    const missing = await post(BOT_API.claim, { launchKey }, token);
    expect(missing).toMatchObject({ status: 400, body: { issues: [expect.stringContaining("bootId")] } });
    const large = { launchKey, bootId: "boot-one", events: [event("DONE", { message: "x".repeat(300_000) })] };
    expect((await post(BOT_API.events, large, token)).status).toBe(413);
    const unknownStatus = { launchKey, bootId: "boot-one", events: [event("SLEEPING")] };
    expect((await post(BOT_API.events, unknownStatus, token)).status).toBe(400);
    const read = await web.call(BOT_API.claim);
    expect([read.status, read.headers.get("allow")]).toEqual([405, "POST"]);
    const [row] = await milo.sql`SELECT status FROM bots WHERE id = ${botId}`;
    expect(row).toEqual({ status: "DEPLOYING" });
  });

  it("keep the password of a meeting out of recorded events", async () => {
    const { botId, launchKey, token } = await makeAttempt();
    const attempt = { launchKey, bootId: "boot-one" };
    await post(BOT_API.claim, attempt, token);
    const message = "Cannot open https://zoom.us/j/1?pwd=s3cret";
    await post(BOT_API.events, { ...attempt, events: [event("FATAL", { message })] }, token);
    const told = await milo.sql`
      SELECT message AS text FROM bot_events WHERE bot_id = ${botId}
      UNION ALL SELECT status_reason FROM bots WHERE id = ${botId}`;
    expect(JSON.stringify(told)).toContain("https://zoom.us/j/1?(hidden)");
    expect(JSON.stringify(told)).not.toContain("s3cret");
  });

  it("answer 503 with Retry-After while the database is away, and work again as soon as it is back", async () => {
    const { launchKey, token } = await makeAttempt();
    await using proxy = await startCuttableProxy(milo.url);
    const database = openDatabase(proxy.url, { applicationName: "milo-test", maxConnections: 2 });
    const lines: string[] = [];
    const log = pino({ level: "debug" }, { write: (line) => void lines.push(line) });
    const bots = await testBotRoutes(database, log);
    await using cuttable = await startTestWeb({ routes: () => ({ bots }) });
    const claim = () => post(BOT_API.claim, { launchKey, bootId: "boot-one" }, token, cuttable);
    proxy.cut();
    const away = await claim();
    expect([away.status, away.headers.get("retry-after")]).toEqual([503, "1"]);
    proxy.mend();
    await expect.poll(async () => (await claim()).status, { interval: 20 }).toBe(200);
    expect(lines.join("")).not.toContain(token);
    await database.close();
  });
});
