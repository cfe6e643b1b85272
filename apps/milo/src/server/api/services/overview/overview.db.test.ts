import pino from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCaller } from "#server/api/root.ts";
import { createServices, type Services } from "#server/api/services/index.ts";
import { sampleCapacity } from "#server/database/repositories/capacity-samples.ts";
import { readNowMs } from "#server/database/repositories/time-columns.ts";
import { createFakePlatform } from "#server/testing/fake-platform.ts";
import {
  createTestMilo,
  enforcePlan,
  enqueue,
  type TestMilo,
  testPlan,
  useTestClock,
} from "#server/testing/milo-database.ts";
import { FAST_TIMES, startTestDispatcher } from "#server/testing/test-dispatcher.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("what an operator sees at a glance", () => {
  let milo: TestMilo;
  let services: Services;
  let clock: Awaited<ReturnType<typeof useTestClock>>;
  const plan = testPlan({ k8s: 3, aws: 5 });
  const infra = () => createCaller({ services }).infrastructure;
  beforeEach(async () => {
    milo = await createTestMilo();
    clock = await useTestClock(milo.sql);
    await enforcePlan(milo.sql, plan);
    services = createServices({ sql: milo.sql, plan, times: FAST_TIMES, log: pino({ level: "silent" }) });
    // The middle of a minute and of an hour, so that no test runs across the end of one.
    await clock.shift(HOUR / 2 + MINUTE / 2 - ((await readNowMs(milo.sql)) % HOUR));
  });
  afterEach(async () => {
    await services.hybrid.close();
    await milo[Symbol.asyncDispose]();
  });

  let made = 0;
  /** An attempt that took its slot `agoMs` ago; ended at once when it has an outcome. */
  async function attempt(agoMs: number, change: Record<string, unknown> = {}) {
    made++;
    const botId = await enqueue(milo.sql, plan);
    const row = { platform: "k8s", phase: "ENDED", outcome: "completed", failure_class: null, reason: null, ...change };
    await milo.sql`
      INSERT INTO deployments ${milo.sql({ bot_id: botId, attempt: 1, launch_key: `k${made}`, reserved_at: new Date(0), start_by: new Date(0), ...row, ...(row.phase === "ENDED" ? { ended_at: new Date(0) } : {}) } as never)}`;
    await milo.sql`
      UPDATE deployments SET reserved_at = milo_now() - make_interval(secs => ${agoMs / 1000}::float8),
        ended_at = CASE WHEN phase = 'ENDED' THEN milo_now() - make_interval(secs => ${agoMs / 1000}::float8) END,
        stopping_at = CASE WHEN phase = 'STOPPING' THEN milo_now() - make_interval(secs => ${agoMs / 1000}::float8) END
      WHERE launch_key = ${`k${made}`}`;
    return botId;
  }

  describe("the samples of capacity", () => {
    const samples = () =>
      milo.sql`SELECT at, platform, used, bot_limit, waiting FROM capacity_samples ORDER BY at, platform`;

    it("are one for each platform and minute, however many dispatchers sample it at once", async () => {
      await enqueue(milo.sql, plan);
      const replicas = Array.from({ length: 8 }, () => milo.open(1).sql);
      for (let minute = 0; minute < 3; minute++) {
        const wrote = await Promise.all(replicas.map((sql) => sampleCapacity(sql)));
        expect(wrote).toContain(true);
        await clock.shift(MINUTE);
      }
      const rows = await samples();
      expect(rows.map(({ platform }) => platform)).toEqual(["aws", "k8s", "aws", "k8s", "aws", "k8s"]);
      expect(new Set(rows.map(({ at }) => at.getTime() % MINUTE))).toEqual(new Set([0]));
      expect(rows[0]).toMatchObject({ used: 0, bot_limit: 5, waiting: 1 });
    });

    it("are kept for eight days, and cleared away a bounded number at a time", async () => {
      await milo.sql`
        INSERT INTO capacity_samples SELECT date_bin('1 minute', milo_now(), 'epoch') - interval '9 days' - make_interval(mins => n), 'k8s', 1, 3, 0
        FROM generate_series(1, 1500) n`;
      await milo.sql`
        INSERT INTO capacity_samples VALUES (date_bin('1 minute', milo_now(), 'epoch') - interval '7 days 23 hours', 'k8s', 1, 3, 0)`;
      await sampleCapacity(milo.sql);
      expect(await samples()).toHaveLength(500 + 1 + 2);
      await clock.shift(MINUTE);
      await sampleCapacity(milo.sql);
      expect(await samples()).toHaveLength(1 + 4);
    });

    it("are written by a dispatcher that runs, on a turn of its own", async () => {
      await using _ = await startTestDispatcher(milo.open(8).sql, plan, [
        createFakePlatform("k8s"),
        createFakePlatform("aws"),
      ]);
      await expect.poll(async () => (await samples()).length, { timeout: 20_000 }).toBe(2);
    });
  });

  it("shows what was used, where nobody looked as a gap, and this moment last", async () => {
    await attempt(0, { phase: "RUNNING", outcome: null });
    await sampleCapacity(milo.sql);
    await clock.shift(3 * MINUTE);
    await sampleCapacity(milo.sql);
    await milo.sql`UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = 'completed'`;
    await clock.shift(MINUTE);
    const { bucketMs, points } = await infra().getUsageHistory({ windowMs: HOUR });
    expect(bucketMs).toBe(MINUTE);
    const used = points.map(({ platforms }) =>
      platforms.map((one) => `${one.platform} ${one.used}/${one.limit}`).join(),
    );
    expect(used.slice(-5)).toEqual([
      "k8s 1/3,aws 0/5",
      "k8s null/null,aws null/null",
      "k8s null/null,aws null/null",
      "k8s 1/3,aws 0/5",
      "k8s 0/3,aws 0/5",
    ]);
    expect(points.slice(-5).map(({ waiting }) => waiting)).toEqual([1, null, null, 1, 1]);
    expect(points.at(-1)?.atMs).toBeCloseTo(await readNowMs(milo.sql), -4);
    expect(points.slice(0, -5).every(({ waiting }) => waiting === null)).toBe(true);
  });

  it("counts launches and failed launches by hour and platform, and none that failed after its claim", async () => {
    await attempt(0);
    await attempt(0, { phase: "RUNNING", outcome: null });
    await attempt(0, { phase: "STOPPING", outcome: "failed", failure_class: "capacity" });
    await attempt(HOUR, { outcome: "never_launched", failure_class: "unavailable" });
    await attempt(HOUR, { outcome: "failed", failure_class: "bot" });
    await attempt(HOUR, { outcome: "lost", failure_class: "lost", platform: "aws" });
    await attempt(HOUR, { outcome: "cancelled" });
    await attempt(2 * HOUR, { bot_id: null });
    await attempt(25 * HOUR);
    const { bucketMs, points } = await infra().getActivity();
    expect(bucketMs).toBe(HOUR);
    expect(points).toHaveLength(24);
    const told = points.map(({ platforms }) =>
      platforms.map((one) => `${one.platform} ${one.launched}-${one.failed}`).join(),
    );
    expect(told.slice(-3)).toEqual(["k8s 0-0,aws 0-0", "k8s 3-1,aws 1-0", "k8s 3-1,aws 0-0"]);
    expect(points.at(-1)?.atMs).toBe(Math.floor((await readNowMs(milo.sql)) / HOUR) * HOUR);
    const stats = await infra().getStats();
    expect(stats.map(({ platform, failed24h }) => [platform, failed24h])).toEqual([
      ["k8s", 2],
      ["aws", 1],
    ]);
  });

  it("tells what needs a person, from what is in the database", async () => {
    const calm = async () => {
      await milo.sql`UPDATE platform_checks SET healthy = true, checked_at = milo_now()`;
      await milo.sql`UPDATE dispatchers SET heartbeat_at = milo_now()`;
      await milo.sql`UPDATE web_hearing SET heard_at = milo_now()`;
    };
    await calm();
    expect(await infra().getAttention()).toEqual({ items: [] });

    const reason = "quota at https://api.example/?token=secret";
    for (const why of [reason, reason, "something else"]) {
      await attempt(MINUTE, { outcome: "failed", failure_class: "capacity", reason: why });
    }
    const lost = await attempt(0, { phase: "RUNNING", outcome: null, platform: "aws" });
    await milo.sql`UPDATE deployments SET unreachable_since = milo_now() WHERE bot_id = ${lost}`;
    await milo.sql`UPDATE deployment_queue SET timeout_at = milo_now() + interval '59 seconds' WHERE bot_id = ${lost}`;
    await infra().setPlatformMode({ platform: "k8s", mode: "hold", reason: "upgrade" });
    await enforcePlan(milo.sql, testPlan({ k8s: 2, aws: 5 }), "another");
    await calm();
    const { items } = await infra().getAttention();
    expect(items.map(({ kind, severity, count, href }) => [kind, severity, count, href])).toEqual([
      ["bots_unreachable", "critical", 1, `/bots/${lost}`],
      ["plans_disagree", "warning", 2, "/infrastructure"],
      ["entries_expiring", "warning", 1, "/infrastructure#queue"],
      ["launches_failed", "warning", 3, "/infrastructure#k8s"],
      ["platform_held", "info", 1, "/infrastructure#k8s"],
    ]);
    expect(items[3]?.detail).toContain("quota at https://api.example/?(hidden)");

    await clock.shift(MINUTE);
    const kinds = (await infra().getAttention()).items.map(({ kind }) => kind);
    expect(kinds).toContain("no_dispatcher");
    expect(kinds).toContain("web_unheard");
  });

  it("counts bots by status: those that live, and those that ended in a day", async () => {
    const bots: number[] = [];
    for (let n = 0; n < 5; n++) bots.push(await enqueue(milo.sql, plan));
    await milo.sql`UPDATE bots SET status = 'IN_CALL' WHERE id = ${bots[0] ?? 0}`;
    await milo.sql`UPDATE bots SET status = 'FATAL', finished_at = milo_now() WHERE id = ${bots[1] ?? 0}`;
    await milo.sql`UPDATE bots SET status = 'DONE', finished_at = milo_now() - interval '25 hours' WHERE id = ${bots[2] ?? 0}`;
    const { live, ended24h } = await createCaller({ services }).bots.getStatusCounts();
    const told = (counts: typeof live) => counts.map(({ status, count }) => `${status} ${count}`);
    expect(told(live)).toEqual([
      ...["SCHEDULED 0", "QUEUED 2", "DEPLOYING 0", "JOINING_CALL 0", "IN_WAITING_ROOM 0", "IN_CALL 1", "LEAVING 0"],
      "CALL_ENDED 0",
    ]);
    expect(told(ended24h)).toEqual(["DONE 0", "FATAL 1", "CANCELLED 0"]);
  });

  it("pages through the queue both ways, with places that fit, and says what comes next and when", async () => {
    for (let n = 0; n < 9; n++) await enqueue(milo.sql, plan, { priority: n % 3 });
    const all = await infra().getQueuedBots();
    expect(all.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const ids = all.map(({ id }) => id);
    const page = await infra().getQueuedBots({ limit: 3, after: ids[2] });
    expect(page).toMatchObject(all.slice(3, 6).map(({ id, position }) => ({ id, position })));
    for (const from of [3, 5, 8]) {
      const back = await infra().getQueuedBots({ limit: 3, before: ids[from] });
      expect(back.map(({ id, position }) => [id, position])).toEqual(
        all.slice(from - 3, from).map(({ id, position }) => [id, position]),
      );
    }
    expect(await infra().getQueuedBots({ limit: 3, before: ids[0] })).toEqual([]);
    await clock.shift(10_000);
    const [first] = await infra().getQueuedBots({ limit: 1 });
    expect(first).toMatchObject({ nextStage: "aws" });
    expect(first?.nextStageAt?.getTime()).toBeCloseTo((first?.queuedAt.getTime() ?? 0) + 60_000, -1);
    expect(first?.waitedMs).toBeGreaterThanOrEqual(10_000);
    expect(first?.timeLeftMs).toBeGreaterThan(700_000);
    await expect(infra().getQueuedBots({ limit: 3, before: 1, after: 2 })).rejects.toThrow(/not both/);
  });
});
