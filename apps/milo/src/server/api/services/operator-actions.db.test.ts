import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { admit } from "#server/database/repositories/admit.ts";
import { claimAttempt } from "#server/database/repositories/claim-attempt.ts";
import { reportEvents } from "#server/database/repositories/report-events.ts";
import { createFakePlatform, type FakePlatform } from "#server/testing/fake-platform.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "#server/testing/test-dispatcher.ts";

const REQUEST = { platform: "k8s", dispatcherId: "d1", leaseMs: 30_000, startByMs: 180_000, most: 1 } as const;

describe("what operators see of bots and do to them", () => {
  let milo: TestMilo;
  let services: Services;
  const plan = testPlan({ k8s: 1, aws: 1 });
  const api = () => createCaller({ services });
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
  });
  afterEach(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });
  const add = (change = {}) => enqueue(milo.sql, plan, change);
  const place = async () => {
    const [attempt] = await admit(milo.sql, REQUEST, () => expect.fail("slot clash"));
    if (attempt === undefined) expect.fail("nobody was placed");
    await milo.sql`UPDATE deployments SET phase = 'LAUNCHING' WHERE id = ${attempt.deploymentId}`;
    return attempt.launchKey;
  };

  it("tells the story of the platforms, newest first, page by page", async () => {
    const { setPlatformMode, getPlatformEvents } = api().infrastructure;
    await setPlatformMode({ platform: "k8s", mode: "hold", reason: "upgrade" });
    await setPlatformMode({ platform: "aws", mode: "drain" });
    await setPlatformMode({ platform: "k8s", mode: "enabled" });
    const codes = (page: { events: { platform: string; code: string }[] }) =>
      page.events.map(({ platform, code }) => `${platform} ${code}`);
    const first = await getPlatformEvents({ limit: 2 });
    expect(codes(first)).toEqual(["k8s MODE_ENABLED", "aws MODE_DRAIN"]);
    const second = await getPlatformEvents({ limit: 2, before: first.nextBefore ?? 0 });
    expect(codes(second)).toEqual(["k8s MODE_HOLD"]);
    expect(second.nextBefore).toBeNull();
    expect(second.events[0]).toMatchObject({ message: expect.stringContaining("upgrade"), at: expect.any(Date) });
    expect(codes(await getPlatformEvents({ platform: "aws", limit: 50 }))).toEqual(["aws MODE_DRAIN"]);
  });

  it("cancels many at once, each on its own, and says of each refused one why and what to do", async () => {
    const [launching, waiting, running] = [await add({ priority: 1 }), await add(), await add({ priority: 2 })];
    await claimAttempt(milo.sql, { launchKey: await place(), bootId: "boot-0001", maxDurationMs: 60_000 });
    await milo.sql`UPDATE bots SET status = 'IN_CALL' WHERE id = ${running}`;
    await milo.sql`UPDATE platforms SET bot_limit = 2`;
    await place();
    const { results } = await api().queue.cancel({ botIds: [launching, waiting, running, 4_711, waiting] });
    expect(results).toEqual([
      {
        id: launching,
        ok: false,
        code: "BEING_LAUNCHED",
        message: `Bot #${launching} waits no more: it is being launched on K8s. Stop it with bots.stop`,
      },
      { id: waiting, ok: true },
      {
        id: running,
        ok: false,
        code: "RUNNING",
        message: expect.stringMatching(/runs on K8s \(IN_CALL\).*bots\.stop/),
      },
      { id: 4_711, ok: false, code: "NOT_FOUND", message: "There is no bot #4711" },
    ]);
    expect(await api().queue.cancel({ botIds: [waiting] })).toMatchObject({
      results: [
        { ok: false, code: "ALREADY_ENDED", message: expect.stringContaining("CANCELLED: Taken out of the queue") },
      ],
    });
  });

  it("moves a bot to the head of the queue by its entry, and says that a launch under way is not affected", async () => {
    const [first, second] = [await add(), await add()];
    await place();
    const entries = await milo.sql<{ id: number }[]>`SELECT id FROM deployment_queue ORDER BY bot_id`;
    const [entryOfFirst, entryOfSecond] = entries.map((entry) => entry.id) as [number, number];
    expect(await api().queue.setPriority({ entryId: entryOfSecond, priority: 9 })).toEqual({
      results: [{ id: entryOfSecond, ok: true }],
    });
    expect(await api().queue.setPriority({ entryIds: [entryOfFirst], priority: 9 })).toMatchObject({
      results: [{ id: entryOfFirst, ok: true, code: "BEING_LAUNCHED" }],
    });
    expect(await api().bots.get({ botId: second })).toMatchObject({ priority: 9 });
    expect(await api().bots.get({ botId: first })).toMatchObject({ priority: 9, status: "DEPLOYING" });
  });

  it("stops many at once; one that does not exist stops none of the others", async () => {
    const [one, two] = [await add(), await add()];
    const { results } = await api().bots.stopMany({ botIds: [one, 4_711, two] });
    expect(results).toMatchObject([
      { id: one, ok: true },
      { ok: false, code: "NOT_FOUND" },
      { id: two, ok: true },
    ]);
    expect((await api().bots.list({ statuses: ["CANCELLED"] })).bots).toHaveLength(2);
  });

  it.each([
    ["neither entries nor bots", {}, /one of the two/],
    ["both entries and bots", { entryIds: [1], botIds: [1] }, /one of the two/],
    ["nobody", { botIds: [] }, /botIds/],
    ["more than 500", { botIds: Array.from({ length: 501 }, (_, n) => n + 1) }, /botIds/],
    ["an id beyond the database's", { botIds: [2_147_483_648] }, /botIds/],
    ["an unknown field", { botIds: [1], force: true }, /force/],
  ])("refuses to cancel %s", async (_, input, message) => {
    await expect(api().queue.cancel(input as never)).rejects.toThrow(message);
  });

  it.each([
    ["a priority out of bounds", { botIds: [1], priority: 1_001 }],
    ["no priority", { botIds: [1] }],
    ["a fraction", { entryId: 1, priority: 0.5 }],
    ["an entry and bots", { entryId: 1, botIds: [1], priority: 1 }],
  ])("refuses to set %s", async (_, input) => {
    await expect(api().queue.setPriority(input as never)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });

  it("answers NOT_FOUND for the timeline of a bot that does not exist", async () => {
    await expect(api().bots.getTimeline({ botId: 99 })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("shows of a bot that waits why, for what, and what comes next, without its meeting's password", async () => {
    await add();
    const botId = await add({ meetingUrl: "https://zoom.example/j/1?pwd=secret", priority: -1 });
    await place();
    const timeline = await api().bots.getTimeline({ botId });
    expect(timeline.bot.meetingUrl).toBe("https://zoom.example/j/1?(hidden)");
    expect(timeline.now).toMatchObject({ status: "QUEUED", waitingFor: "k8s", nextDeadline: { what: "Tries AWS" } });
    expect(timeline.now.reason).toMatch(/^K8s is full \(1\/1\); tries AWS in/);
    expect(timeline.items).toMatchObject([{ kind: "queued", code: "QUEUED", status: "QUEUED" }]);
    expect(JSON.stringify(timeline)).not.toContain("secret");
  });

  it("shows of a bot that failed over what was tried, why that failed, and where it runs now [meeboter 14]", async () => {
    const k8s: FakePlatform = createFakePlatform("k8s");
    k8s.nextCreates.push({ kind: "failed", class: "auth", reason: "401 from https://k8s.example/?token=secret" });
    await using _ = await startTestDispatcher(milo.open(8).sql, plan, [k8s, createFakePlatform("aws")]);
    const { botId } = await api().bots.create({ meetingPlatform: "zoom", meetingUrl: "https://zoom.example/j/1" });
    const read = () => api().bots.getTimeline({ botId });
    await expect.poll(async () => (await read()).items.at(-1)?.code, { timeout: 10_000 }).toBe("ACCEPTED");
    const { items, now } = await read();
    const attempts = items.flatMap((item) => (item.kind === "attempt" ? [item.attempt] : []));
    expect(attempts).toMatchObject([
      { attempt: 1, platform: "k8s", phase: "ENDED", outcome: "never_launched", class: "auth" },
      { attempt: 2, platform: "aws", phase: "STARTING", outcome: null, class: null },
    ]);
    expect(attempts[0]?.reason).toBe("401 from https://k8s.example/?(hidden)");
    expect(items.map((item) => item.kind)).toEqual(expect.arrayContaining(["queued", "attempt", "step"]));
    expect(items.map((item) => item.at.getTime())).toEqual(
      items.map((item) => item.at.getTime()).toSorted((a, b) => a - b),
    );
    expect(now.reason).toMatch(/^AWS accepted it \(attempt 2\); its container has not claimed yet/);
    expect(now.nextDeadline).toEqual({ at: attempts[1]?.startBy, what: expect.stringMatching(/given up/) });
  }, 30_000);

  it("shows what the bot said, that it is in its call, and until when it may stay", async () => {
    const botId = await add();
    const attempt = { launchKey: await place(), bootId: "boot-0001" };
    await claimAttempt(milo.sql, { ...attempt, maxDurationMs: 60_000 });
    const event = { code: "JOINING", status: "JOINING_CALL", message: "Knocks at the door" } as const;
    await reportEvents(milo.sql, { ...attempt, events: [{ id: "e1", at: new Date().toISOString(), ...event }] });
    const { items, now } = await api().bots.getTimeline({ botId });
    expect(items.at(-1)).toMatchObject({ kind: "bot", message: "Knocks at the door", status: "JOINING_CALL" });
    expect(items.map((item) => item.code)).toEqual(["QUEUED", "ADMITTED", "CLAIMED", "JOINING"]);
    expect(now).toMatchObject({ status: "JOINING_CALL", reason: "Knocks at the door" });
    expect(now.nextDeadline?.what).toMatch(/maximum duration/);
  });
});
