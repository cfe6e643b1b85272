import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import type { Queryable } from "#server/database/client.ts";
import { createTestMilo, enforcePlan, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";

const BOT = { meetingPlatform: "zoom", meetingUrl: "https://zoom.example/j/1?pwd=secret" } as const;

describe("making many bots, and one again", () => {
  let milo: TestMilo;
  let services: Services;
  const plan = testPlan({ k8s: 1, aws: 1 });
  const api = () => createCaller({ services }).bots;
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
  });
  afterEach(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });
  const count = async () => (await milo.sql`SELECT count(*)::int AS n FROM bots`)[0]?.n;
  const finish = (botId: number, status = "FATAL") =>
    milo.sql`UPDATE bots SET status = ${status}, finished_at = milo_now() WHERE id = ${botId}`;

  it("stores a hundred without waiting for any placement, and answers for each", async () => {
    const askedAt = performance.now();
    const bots = Array.from({ length: 100 }, (_, n) => ({ ...BOT, name: `n${n}` }));
    const { results } = await api().createMany({ bots });
    // No dispatcher runs: one that was waited for would take 5 s alone.
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(results.map(({ index, ok, created }) => [index, ok, created])).toEqual(bots.map((_, n) => [n, true, true]));
    const rows = await milo.sql`
      SELECT b.id, b.name, q.status FROM bots b JOIN deployment_queue q ON q.bot_id = b.id ORDER BY b.id`;
    expect(rows).toHaveLength(100);
    for (const { botId, index } of results) expect(rows.find(({ id }) => id === botId)?.name).toBe(`n${index}`);
  });

  it("refuses one of many for itself, and answers twice the same key with one bot", async () => {
    const keyed = { ...BOT, deduplicationKey: "weekly" };
    const { results } = await api().createMany({ bots: [keyed, { ...BOT, platforms: ["coolify"] }, keyed] });
    expect(results[1]).toEqual({ index: 1, ok: false, code: "BAD_INPUT", message: expect.stringContaining("coolify") });
    expect(results[0]?.botId).toBe(results[2]?.botId);
    expect([results[0]?.created, results[2]?.created].toSorted()).toEqual([false, true]);
    expect(await count()).toBe(1);
  });

  it("says which is malformed, and makes none", async () => {
    const bots = [BOT, { ...BOT, meetingUrl: "nowhere" }];
    await expect(api().createMany({ bots })).rejects.toThrow(/"bots",\s+1,\s+"meetingUrl"/);
    await expect(api().createMany({ bots: Array.from({ length: 101 }, () => BOT) })).rejects.toThrow(/bots/);
    expect(await count()).toBe(0);
  });

  it("retries a bot with all that was asked for it, and says so in both stories", async () => {
    const asked = { ...BOT, name: "Weekly", priority: 7, queueTimeoutMs: 40_000, maxDurationMs: 60_000 };
    const { results } = await api().createMany({ bots: [{ ...asked, platforms: ["aws"] }] });
    const old = results[0]?.botId ?? 0;
    await finish(old);
    const { botId, ...retried } = await api().retry({ botId: old });
    expect(retried).toEqual({ created: true, retryOf: old });
    const columns = milo.sql`name, meeting_platform, meeting_url, priority, queue_timeout_ms, max_duration_ms, wanted_platforms`;
    const [before] = await milo.sql`SELECT ${columns} FROM bots WHERE id = ${old}`;
    const [after] = await milo.sql`SELECT ${columns} FROM bots WHERE id = ${botId}`;
    expect(after).toEqual(before);
    const [entry] = await milo.sql`SELECT status, plan FROM deployment_queue WHERE bot_id = ${botId}`;
    expect(entry).toMatchObject({ status: "WAITING", plan: { stages: [{ platform: "aws" }] } });
    const codes = async (id: number) => (await api().getTimeline({ botId: id })).items.map(({ code }) => code);
    expect(await codes(old)).toContain("RETRIED");
    expect(await codes(botId)).toEqual(["QUEUED", "RETRY_OF"]);
  });

  it("makes one bot of a double click, and another once that has ended", async () => {
    const { results } = await api().createMany({ bots: [BOT] });
    const old = results[0]?.botId ?? 0;
    await finish(old, "DONE");
    const clicks = await Promise.all([1, 2, 3, 4].map(() => api().retry({ botId: old })));
    expect(new Set(clicks.map(({ botId }) => botId)).size).toBe(1);
    expect(clicks.filter(({ created }) => created)).toHaveLength(1);
    expect(await count()).toBe(2);
    const first = clicks[0]?.botId ?? 0;
    await finish(first);
    const again = await Promise.all([api().retry({ botId: old }), api().retry({ botId: first })]);
    expect(new Set(again.map(({ botId }) => botId)).size).toBe(1);
    expect(await count()).toBe(3);
  });

  /** Its container has claimed, and the platform has not confirmed that it is gone. */
  const claim = (sql: Queryable, botId: number) => sql`
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, claimed_at, start_by)
    VALUES (${botId}, 'k8s', 1, ${`key-${botId}`}, 'STOPPING', milo_now(), milo_now(), milo_now())`;
  const WAIT = /FATAL\. Its container may still be in the call: wait until the platform confirms it gone/;

  it("retries none whose container may be in the call, until that is known to be gone", async () => {
    const { results } = await api().createMany({ bots: [BOT] });
    const botId = results[0]?.botId ?? 0;
    await claim(milo.sql, botId);
    await finish(botId);
    await expect(api().retry({ botId })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(WAIT),
    });
    expect((await api().list({ limit: 10 })).bots[0]).toMatchObject({ id: botId, claimedContainerMayRun: true });
    expect((await api().getTimeline({ botId })).bot.claimedContainerMayRun).toBe(true);
    await milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now()`;
    expect((await api().get({ botId })).claimedContainerMayRun).toBe(false);
    expect(await api().retry({ botId })).toMatchObject({ created: true });
  });

  it("retries none while the container of its last retry may be in the call", async () => {
    const { results } = await api().createMany({ bots: [BOT] });
    const old = results[0]?.botId ?? 0;
    await finish(old);
    const { botId } = await api().retry({ botId: old });
    await claim(milo.sql, botId);
    await finish(botId);
    await expect(api().retry({ botId: old })).rejects.toMatchObject({
      code: "CONFLICT",
      message: expect.stringMatching(WAIT),
    });
    await milo.sql`UPDATE deployments SET phase = 'ENDED', outcome = 'completed', ended_at = milo_now()`;
    expect(await api().retry({ botId: old })).toMatchObject({ created: true });
  });

  it("retries none whose container claims and whose bot ends while the retry waits for its lock", async () => {
    const { results } = await api().createMany({ bots: [BOT] });
    const botId = results[0]?.botId ?? 0;
    const retried = await milo.open(1).sql.begin(async (tx) => {
      await tx`SELECT 1 FROM bots WHERE id = ${botId} FOR UPDATE`;
      const retry = api().retry({ botId });
      retry.catch(() => undefined);
      const isHeldUp = async () =>
        (await milo.sql`SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
          .length;
      await expect.poll(isHeldUp, { timeout: 10_000, interval: 10 }).toBe(1);
      await claim(tx, botId);
      await tx`UPDATE bots SET status = 'FATAL', finished_at = milo_now() WHERE id = ${botId}`;
      return { retry };
    });
    await expect(retried.retry).rejects.toMatchObject({ code: "CONFLICT", message: expect.stringMatching(WAIT) });
    expect(await count()).toBe(1);
  });

  it("keeps to itself the keys by which it knows retries", async () => {
    const deduplicationKey = "milo:retry:7";
    await expect(api().create({ ...BOT, deduplicationKey })).rejects.toThrow(
      /keys that begin with milo: are milo's own/,
    );
    await expect(api().createMany({ bots: [{ ...BOT, deduplicationKey }] })).rejects.toThrow(/deduplicationKey/);
    expect(await count()).toBe(0);
  });

  it("retries none that has not ended, none that is not there, and none for a platform that is gone", async () => {
    const { results } = await api().createMany({ bots: [{ ...BOT, platforms: ["aws"] }] });
    const botId = results[0]?.botId ?? 0;
    await expect(api().retry({ botId })).rejects.toMatchObject({
      code: "CONFLICT",
      message: `Bot #${botId} is QUEUED. It has not ended yet: only a bot that has ended can be retried`,
    });
    await expect(api().retry({ botId: 4_711 })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await finish(botId);
    await milo.sql`UPDATE bots SET wanted_platforms = '{coolify}' WHERE id = ${botId}`;
    await expect(api().retry({ botId })).rejects.toMatchObject({ code: "BAD_REQUEST" });
    expect(await count()).toBe(1);
  });
});
