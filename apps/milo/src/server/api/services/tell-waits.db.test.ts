import { HEAD_MOST } from "@milo/placement";
import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { createTestMilo, enforcePlan, enqueue, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { FAST_TIMES } from "#server/testing/test-dispatcher.ts";

const MINUTE_MS = 60_000;

describe("how long waiting bots have yet to wait", () => {
  let milo: TestMilo;
  let services: Services;
  const plan = testPlan({ k8s: 1 }, { globalQueueTimeoutMs: 7_200_000 });
  const makeServices = (waitsSharedMs: number) =>
    createServices({ sql: milo.sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }), waitsSharedMs });
  const api = () => createCaller({ services });
  beforeEach(async () => {
    milo = await createTestMilo();
    await enforcePlan(milo.sql, plan);
    services = makeServices(0);
  });
  afterEach(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });

  /** The one slot has been held for 30 min. */
  const occupy = () => milo.sql`
    INSERT INTO deployments (platform, attempt, launch_key, phase, reserved_at, start_by)
    VALUES ('k8s', 1, 'live', 'RUNNING', milo_now() - interval '30 minutes', milo_now())`;
  /** Sixty bots have held it for 40 min each. */
  const remember = () => milo.sql`
    INSERT INTO deployments (platform, attempt, launch_key, phase, outcome, reserved_at, claimed_at, start_by, ended_at)
    SELECT 'k8s', 1, 'old-' || n, 'ENDED', 'completed', milo_now() - make_interval(mins => 40 * n), milo_now(), milo_now(),
      milo_now() - make_interval(mins => 40 * (n - 1)) FROM generate_series(1, 60) n`;
  const add = (change = {}) => enqueue(milo.sql, plan, change);
  const page = (input = {}) => api().infrastructure.getQueuedBots({ limit: 100, ...input });

  it("is told with its range on every row, by those ahead and by how long slots are held", async () => {
    await occupy();
    await remember();
    for (let n = 0; n < 3; n++) await add();
    const rows = await page();
    const [first, second, third] = rows.map(({ estimate }) => estimate ?? expect.fail("no estimate"));
    for (const [place, row] of [first, second, third].entries()) {
      const expectedMs = (10 + 40 * place) * MINUTE_MS;
      expect(Math.abs((row?.ms ?? 0) - expectedMs)).toBeLessThan(MINUTE_MS);
      expect(row?.lowMs).toBeLessThanOrEqual(row?.ms ?? 0);
      expect(row?.highMs).toBeGreaterThanOrEqual(row?.ms ?? 0);
    }
    const [afterFirst] = await page({ after: rows[0]?.id });
    expect(Math.abs((afterFirst?.estimate?.ms ?? 0) - (second?.ms ?? 0)), "the next page").toBeLessThan(MINUTE_MS);
    const { now } = await api().bots.getTimeline({ botId: rows[1]?.botId ?? 0 });
    expect(now.place).toMatchObject({ position: 2, noEstimate: null });
    expect(Math.abs((now.place?.estimate?.ms ?? 0) - (second?.ms ?? 0)), "the timeline").toBeLessThan(MINUTE_MS);
  });

  it("counts on those of a higher priority who keep coming", async () => {
    await milo.sql`UPDATE platforms SET bot_limit = 2`;
    await occupy();
    await remember();
    await add();
    const before = (await page())[0]?.estimate?.ms ?? expect.fail("no estimate");
    const urgent = await add({ priority: 5 });
    await milo.sql`DELETE FROM deployment_queue WHERE bot_id = ${urgent}`;
    await milo.sql`
      INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by)
      VALUES (${urgent}, 'k8s', 1, 'urgent', 'RUNNING', milo_now() - interval '1 second', milo_now())`;
    await milo.sql`UPDATE platforms SET bot_limit = 1`;
    const after = (await page())[0]?.estimate?.highMs ?? expect.fail("no estimate");
    expect(before).toBe(0);
    expect(after).toBeGreaterThan(60 * MINUTE_MS);
  });

  it("says why nothing can be said", async () => {
    const botId = await add();
    await occupy();
    const told = async () => (await page()).map(({ estimate, noEstimate }) => ({ estimate, noEstimate }));
    expect(await told()).toEqual([{ estimate: null, noEstimate: "no_history" }]);
    await remember();
    await milo.sql`UPDATE platforms SET bot_limit = 0`;
    expect(await told()).toEqual([{ estimate: null, noEstimate: "no_slots" }]);
    await api().infrastructure.setPlatformMode({ platform: "k8s", mode: "hold" });
    expect(await told()).toEqual([{ estimate: null, noEstimate: "closed" }]);
    const { now } = await api().bots.getTimeline({ botId });
    expect(now.place).toEqual({ position: 1, estimate: null, noEstimate: "closed" });
  });

  it("takes a failing platform to fail for as long again as it has", async () => {
    await add();
    await milo.sql`UPDATE platforms SET breaker_state = 'open', breaker_since = milo_now() - interval '20 minutes',
      breaker_open_until = milo_now() + interval '2 minutes'`;
    const ms = (await page())[0]?.estimate?.ms ?? expect.fail("no estimate");
    expect(Math.abs(ms - 20 * MINUTE_MS)).toBeLessThan(MINUTE_MS);
  });

  it("is told far behind the part of the queue that is read, too, and never shorter than there", async () => {
    await occupy();
    await remember();
    const waiting = HEAD_MOST + 60;
    await milo.sql`
      WITH made AS (INSERT INTO bots (name, meeting_platform, meeting_url)
        SELECT 'waiting', 'zoom', 'https://zoom.example/' FROM generate_series(1, ${waiting}) RETURNING id)
      INSERT INTO deployment_queue (bot_id, queued_at, timeout_at, plan, stage, open_to)
      SELECT id, milo_now(), milo_now() + interval '20 days', '{"stages":[{"platform":"k8s","waitMs":0}],"globalWaitMs":1}',
        'global', '{k8s}' FROM made`;
    const rows = await page({ limit: 500 });
    const behind = await page({ after: rows.at(-1)?.id });
    expect(behind.map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, n) => HEAD_MOST + n + 1));
    const told = [...rows, ...behind].map(({ estimate }) => estimate?.ms ?? Number.NaN);
    const days = (told.at(-1) ?? 0) / 86_400_000;
    expect(days).toBeGreaterThan(0.8 * ((waiting * 40) / 1_440));
    expect(days).toBeLessThan(1.2 * ((waiting * 40) / 1_440));
    expect(told.slice(1).every((ms, place) => ms >= (told[place] ?? 0) - MINUTE_MS)).toBe(true);
  });

  it("is worked out once for all who look at the same queue, and anew when that changes", async () => {
    await services.hybrid.close();
    services = makeServices(60_000);
    await occupy();
    await add();
    expect((await page())[0]).toMatchObject({ estimate: null, noEstimate: "no_history" });
    await remember();
    expect((await page())[0], "the same rows").toMatchObject({ noEstimate: "no_history" });
    await add();
    expect((await page())[0]?.estimate?.ms).toBeGreaterThan(0);
  });
});
