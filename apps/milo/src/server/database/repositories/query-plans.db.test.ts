import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import { createTestMilo, enforcePlan, type TestMilo, testPlan } from "#server/testing/milo-database.ts";
import { readActivity, readFailedLaunches } from "./activity-view.ts";
import { readBotAlarms, readProcessFacts } from "./attention-view.ts";
import { type BotListPage, findBots } from "./bot-list.ts";
import { readListedBots } from "./bots-view.ts";
import { readUsage, sampleCapacity } from "./capacity-samples.ts";
import { readPlatformStats } from "./capacity-view.ts";
import { type DeploymentPage, readDeployments } from "./deployments-view.ts";
import { lookAhead } from "./look-ahead.ts";
import { readPlatformPulse } from "./platform-pulse.ts";
import { readQueuePage } from "./queue-view.ts";
import { searchDeployments } from "./search-deployments.ts";
import { countStatuses } from "./status-counts.ts";

/** What a page of buffers costs is the same on every machine; milliseconds are not. */
const MOST_BUFFERS = 50;
const HISTORY = 1_000_000;
/** History took place from then on, one bot a second. */
const SINCE = "timestamptz '2026-01-01T00:00:00Z'";
const MIDDLE_KEY = (Date.UTC(2026, 0, 1) + (HISTORY / 2) * 1_000) * 1_000;
const WAITING = 100_000;
const OCCUPYING = 180;
const PAGE = 50;
/** A look into an index is four pages: for the bot and heartbeat of each row shown, and the heartbeat of each slot. */
const MOST_PAGE_BUFFERS = 4 * (2 * PAGE + OCCUPYING) + 100;
/** A look into each of the 132 parts that statuses, platforms and meeting platforms make of the list of bots. */
const MOST_LIST_BUFFERS = 4 * 132 + 4 * PAGE;
/** Of an index whose entries are counted, 100 and more are on a page; that is left to spare, for pages half full and rows not yet known to be visible. */
const ENTRIES_PER_PAGE = 25;
const DAY_S = 86_400;
/** The last day of the history, in which a bot ended every second. */
const LAST_DAY = {
  firstMs: Date.UTC(2026, 0, 1) + (HISTORY - DAY_S) * 1_000,
  nowMs: Date.UTC(2026, 0, 1) + HISTORY * 1_000,
};

describe(`with ${HISTORY} old bots, ${WAITING} waiting and ${OCCUPYING} occupying`, () => {
  let milo: TestMilo;
  let sql: Sql;
  beforeAll(async () => {
    milo = await createTestMilo();
    sql = milo.open(2).sql;
    await sql`SET statement_timeout = 0`;
    await enforcePlan(sql, testPlan({ k8s: 30, aws: 100, coolify: 50 }));
    await fill(sql);
  }, 600_000);
  afterAll(() => milo[Symbol.asyncDispose]());

  it("counts what occupies a platform by a few index pages", async () => {
    for (const platform of ["k8s", "aws", "coolify"]) {
      const buffers = await buffersOf(
        `SELECT count(*), count(*) FILTER (WHERE milo_holds_launch_permit(d.platform, d.phase))
         FROM deployments d WHERE d.platform = '${platform}' AND d.phase <> 'ENDED'`,
      );
      expect(buffers, platform).toBeLessThanOrEqual(MOST_BUFFERS);
    }
  });

  it("finds each platform's queue head by a few pages, as admission asks for it", async () => {
    for (const platform of ["k8s", "aws", "coolify"]) {
      const buffers = await buffersOf(
        `SELECT q.id, q.bot_id FROM deployment_queue q JOIN bots b ON b.id = q.bot_id
         WHERE q.status = 'WAITING' AND '${platform}' = ANY(q.open_to) AND q.timeout_at > milo_now()
           AND b.status = 'QUEUED' AND b.stop_requested_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM deployments d WHERE d.bot_id = q.bot_id
             AND d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING', 'RUNNING'))
         ORDER BY q.priority DESC, q.queued_at, q.id LIMIT 1 FOR UPDATE OF q SKIP LOCKED`,
      );
      expect(buffers, platform).toBeLessThanOrEqual(MOST_BUFFERS);
    }
  });

  it("finds the next deadline and what is due without reading history", async () => {
    const due =
      "SELECT id FROM deployment_queue WHERE status = 'WAITING' AND timeout_at <= milo_now() ORDER BY timeout_at LIMIT 500";
    expect(await buffersOf(due)).toBeLessThanOrEqual(MOST_BUFFERS);
    const recheck =
      "SELECT id FROM deployment_queue WHERE status = 'WAITING' AND recheck_at <= milo_now() ORDER BY recheck_at LIMIT 500";
    expect(await buffersOf(recheck)).toBeLessThanOrEqual(MOST_BUFFERS);
    const attempts = `SELECT id FROM deployments WHERE phase <> 'ENDED' AND ((phase IN ('RESERVED', 'LAUNCHING', 'STARTING')
      AND start_by <= milo_now()) OR (phase = 'RUNNING' AND (leave_by <= milo_now() OR run_until <= milo_now())))`;
    expect(await buffersOf(attempts)).toBeLessThanOrEqual(4 * OCCUPYING);
  });

  it("looks ahead by a few pages and what occupies, however long queue and history are", async () => {
    expect(await buffersOfCall(lookAhead)).toBeLessThanOrEqual(MOST_BUFFERS + OCCUPYING);
  });

  const down = { by: "reservedAt", direction: "desc" } as const;
  const ended = { by: "endedAt", direction: "desc" } as const;
  it.each<[string, Omit<DeploymentPage, "limit">]>([
    ["the newest", { sort: down }],
    ["the oldest", { sort: { ...down, direction: "asc" } }],
    ["the last to end", { sort: ended }],
    ["the last to end, from the middle on", { sort: ended, after: { key: MIDDLE_KEY, id: 1 } }],
    ["the most attempts", { sort: { by: "attempt", direction: "desc" } }],
    ["the longest silent", { sort: { by: "lastHeartbeatAt", direction: "asc" } }],
    ["a platform that was never used", { sort: down, platform: "coolify" }],
    ["what runs on one platform", { sort: down, platform: "aws", phases: ["RUNNING"] }],
    ["an outcome that never was", { sort: ended, outcomes: ["lost"] }],
    ["a rare class of failure", { sort: ended, failureClasses: ["auth"] }],
    ["a class and an outcome that never meet", { sort: ended, failureClasses: ["capacity"], outcomes: ["completed"] }],
  ])("reads a page of %s without reading history", async (_, page) => {
    const buffers = await buffersOfCall((on) => readDeployments(on, { ...page, limit: PAGE }));
    expect(buffers).toBeLessThanOrEqual(MOST_PAGE_BUFFERS);
  });

  it.each(["old-5", "12345", "ns/old-77777", "ns/"])("searches for %s without reading history", async (text) => {
    expect(await buffersOfCall((on) => searchDeployments(on, text, 100))).toBeLessThanOrEqual(MOST_PAGE_BUFFERS);
  });

  it.each<[string, Omit<BotListPage, "limit">]>([
    ["the newest", {}],
    ["those before one in the middle", { before: HISTORY / 2 }],
    ["those after one in the middle", { after: HISTORY / 2 }],
    ["a status that is everywhere", { statuses: ["DONE"] }],
    ["a status that is nowhere", { statuses: ["FATAL"] }],
    ["a status that is only at the end", { statuses: ["IN_CALL"], after: 1 }],
    ["a platform that was hardly used", { infrastructure: "coolify" }],
    ["a meeting platform that never was", { meetingPlatform: "microsoft-teams" }],
    ["all filters", { statuses: ["DONE", "FATAL"], infrastructure: "aws", meetingPlatform: "zoom" }],
    ["one bot", { search: { by: "id", id: 333_333 } }],
    ["one address", { search: { by: "url", url: "https://zoom.example/777" } }],
    ["a name that nobody bears", { search: { by: "name", prefix: "nobody" } }],
    ["a name that few bear", { search: { by: "name", prefix: "LIV" } }],
  ])("finds a page of bots, of %s, without reading history", async (_, page) => {
    const buffers = await buffersOfCall((on) => findBots(on, { ...page, limit: PAGE }));
    expect(buffers).toBeLessThanOrEqual(MOST_LIST_BUFFERS);
  });

  it("looks in a bounded part of the list for a name that a million bear, all of them old", async () => {
    for (const filter of [{}, { statuses: ["QUEUED"] as const }, { before: HISTORY / 2 }]) {
      const search = { by: "name", prefix: "old" } as const;
      const buffers = await buffersOfCall((on) => findBots(on, { ...filter, search, limit: PAGE }));
      // 20,000 rows of the list and a thousand names.
      expect(buffers).toBeLessThanOrEqual(2_500);
    }
  });

  it("reads what the list shows of its bots by a few index pages for each", async () => {
    const ids = Array.from({ length: PAGE }, (_, n) => HISTORY - n * 1_000);
    expect(await buffersOfCall((on) => readListedBots(on, ids))).toBeLessThanOrEqual(4 * 5 * PAGE);
  });

  it("reads a page of the queue from its middle, either way, without reading the queue but to count its places", async () => {
    const [middle] = await sql`
      SELECT id FROM deployment_queue WHERE status = 'WAITING' ORDER BY priority DESC, queued_at, id OFFSET ${WAITING / 2} LIMIT 1`;
    for (const page of [{ after: middle?.id }, { before: middle?.id }]) {
      const buffers = await buffersOfCall((on) => readQueuePage(on, { ...page, limit: PAGE }));
      expect(buffers).toBeLessThanOrEqual(WAITING / ENTRIES_PER_PAGE + 4 * 4 * PAGE);
    }
  });

  it("counts statuses, launches and failures in indexes alone", async () => {
    expect(await buffersOfCall(countStatuses)).toBeLessThanOrEqual(WAITING / ENTRIES_PER_PAGE + 100);
    expect(await buffersOfCall((on) => readActivity(on, LAST_DAY))).toBeLessThanOrEqual(
      DAY_S / ENTRIES_PER_PAGE + 4 * 3 * (25 + 8 * 5) + 100,
    );
    expect(await buffersOfCall(readPlatformStats)).toBeLessThanOrEqual(4 * 3 * 10 * 5 + 200);
  });

  it("finds what needs a person without reading history or queue", async () => {
    expect(await buffersOfCall(readFailedLaunches)).toBeLessThanOrEqual(2 * 4 * 3 * 8 * 5 + 100);
    expect(await buffersOfCall(readBotAlarms)).toBeLessThanOrEqual(4 * OCCUPYING);
    const asked = { dispatcherLiveMs: 30_000, expiringMs: 60_000 };
    expect(await buffersOfCall((on) => readProcessFacts(on, asked))).toBeLessThanOrEqual(MOST_BUFFERS);
  });

  it("feels the pulse of the platforms by what occupies them alone", async () => {
    const times = { healthFreshMs: 15_000, dispatcherLiveMs: 30_000, webUnheardMs: 15_000, expiringMs: 60_000 };
    expect(await buffersOfCall((on) => readPlatformPulse(on, times))).toBeLessThanOrEqual(2 * OCCUPYING);
    // Nor does it read the queue when all who wait are about to give up.
    const all = { ...times, expiringMs: 10 * 365 * DAY_S * 1_000 };
    expect(await buffersOfCall((on) => readPlatformPulse(on, all))).toBeLessThanOrEqual(2 * OCCUPYING + 1_000);
  });

  it("samples what is used, and reads two days of samples, without reading history", async () => {
    expect(await buffersOfCall(sampleCapacity)).toBeLessThanOrEqual(WAITING / ENTRIES_PER_PAGE + 200);
    const sinceMs = Date.now() - 2 * DAY_S * 1_000;
    const buffers = await buffersOfCall((on) => readUsage(on, { sinceMs, bucketMs: 600_000 }));
    expect(buffers).toBeLessThanOrEqual((3 * 2 * DAY_S) / 60 / ENTRIES_PER_PAGE + MOST_BUFFERS);
  });

  /** What a call of ours costs: its statements are taken as they go out, and explained with the same values. */
  async function buffersOfCall(call: (on: Sql) => Promise<unknown>): Promise<number> {
    const sent: { query: string; parameters: unknown[] }[] = [];
    const spy = postgres(milo.url, {
      max: 1,
      debug: (_connection, query, parameters) => sent.push({ query, parameters }),
    });
    await call(spy);
    await spy.end();
    // The client asks for the types of arrays first.
    const ours = sent.filter(({ query }) => !query.includes("pg_catalog") && !query.includes("pg_type"));
    if (ours.length === 0) expect.fail("No statement was sent");
    let buffers = 0;
    for (const { query, parameters } of ours) buffers += await buffersOf(query, parameters);
    return buffers;
  }

  async function buffersOf(query: string, parameters: unknown[] = []): Promise<number> {
    const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`, parameters as never[]);
    const plan = row?.["QUERY PLAN"][0].Plan;
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  }
});

/** History spread over the platforms, then the live rows, then what autovacuum would have done by then. */
async function fill(sql: Sql) {
  // Foreign keys hold by construction; looking each one up would take most of the time.
  await sql.unsafe(`
    SET session_replication_role = replica;
    INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts, finished_at)
      SELECT 'old', 'zoom', 'https://zoom.example/' || n, 'DONE', (ARRAY['k8s','aws'])[1 + n % 2], 1,
        ${SINCE} + make_interval(secs => n)
      FROM generate_series(1, ${HISTORY}) n;
    INSERT INTO deployment_queue (bot_id, timeout_at, status, plan)
      SELECT id, now(), 'DISPATCHED', '{"stages":[],"globalWaitMs":0}' FROM bots;
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, platform_identifier, phase, outcome, failure_class,
        reserved_at, start_by, ended_at)
      SELECT id, deployment_platform, 1, 'old-' || id, 'ns/old-' || id, 'ENDED',
        CASE WHEN id % 20 = 0 THEN 'failed' ELSE 'completed' END,
        CASE WHEN id % 100000 = 0 THEN 'auth' WHEN id % 20 = 0 THEN 'capacity' END,
        ${SINCE} + make_interval(secs => id), now(), ${SINCE} + make_interval(secs => id + id % 3600)
      FROM bots;
    INSERT INTO heartbeats SELECT id, ended_at FROM deployments WHERE id % 10 = 0;
    WITH live AS (
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts)
        SELECT 'live', 'zoom', 'https://zoom.example/live', 'IN_CALL',
          CASE WHEN n <= 30 THEN 'k8s' WHEN n <= 130 THEN 'aws' ELSE 'coolify' END, 1
        FROM generate_series(1, ${OCCUPYING}) n RETURNING id, deployment_platform)
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by, run_until)
      SELECT id, deployment_platform, 1, 'live-' || id, 'RUNNING', now(), now(), now() + interval '1 hour' FROM live;
    INSERT INTO heartbeats SELECT id, now() FROM deployments WHERE phase = 'RUNNING';
    WITH waiting AS (
      INSERT INTO bots (name, meeting_platform, meeting_url) SELECT 'waiting', 'zoom', 'https://zoom.example/waiting'
        FROM generate_series(1, ${WAITING}) RETURNING id)
    INSERT INTO deployment_queue (bot_id, priority, timeout_at, plan, stage, open_to, recheck_at)
      SELECT id, id % 5, now() + interval '1 hour', '{"stages":[],"globalWaitMs":0}', 'global',
        CASE id % 3 WHEN 0 THEN '{k8s}'::text[] WHEN 1 THEN '{k8s,aws}' ELSE '{k8s,aws,coolify}' END, now() + interval '1 hour'
      FROM waiting;
    INSERT INTO capacity_samples SELECT date_bin('1 minute', now(), 'epoch') - make_interval(mins => n), p.platform, 10, 30, 5
      FROM platforms p, generate_series(1, 8 * 1440) n;
    SET session_replication_role = DEFAULT;`);
  await sql`VACUUM ANALYZE bots`;
  await sql`VACUUM ANALYZE deployment_queue`;
  await sql`VACUUM ANALYZE deployments`;
  await sql`VACUUM ANALYZE heartbeats`;
  await sql`VACUUM ANALYZE capacity_samples`;
}
