import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sql } from "#server/database/client.ts";
import { createTestMilo, enforcePlan, type TestMilo, testPlan } from "#server/testing/milo-database.ts";

/** What a page of buffers costs is the same on every machine; milliseconds are not. */
const MOST_BUFFERS = 50;
const HISTORY = 1_000_000;
const WAITING = 100_000;
const OCCUPYING = 180;

describe(`with ${HISTORY} old bots, ${WAITING} waiting and ${OCCUPYING} occupying`, () => {
  let milo: TestMilo;
  let sql: Sql;
  beforeAll(async () => {
    milo = await createTestMilo();
    sql = milo.open(2).sql;
    await sql`SET statement_timeout = 0`;
    await enforcePlan(sql, testPlan({ k8s: 30, aws: 100, coolify: 50 }));
    await fill(sql);
  }, 300_000);
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

  async function buffersOf(query: string): Promise<number> {
    const [row] = await sql.unsafe(`EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${query}`);
    const plan = row?.["QUERY PLAN"][0].Plan;
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"];
  }
});

/** History spread over the platforms, then the live rows, then what autovacuum would have done by then. */
async function fill(sql: Sql) {
  await sql.unsafe(`
    INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts)
      SELECT 'old', 'zoom', 'https://zoom.example/' || n, 'DONE', (ARRAY['k8s','aws','coolify'])[1 + n % 3], 1
      FROM generate_series(1, ${HISTORY}) n;
    INSERT INTO deployment_queue (bot_id, timeout_at, status, plan)
      SELECT id, now(), 'DISPATCHED', '{"stages":[],"globalWaitMs":0}' FROM bots;
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, outcome, reserved_at, start_by, ended_at)
      SELECT id, deployment_platform, 1, 'old-' || id, 'ENDED', 'completed', now(), now(), now() FROM bots;
    WITH live AS (
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts)
        SELECT 'live', 'zoom', 'https://zoom.example/live', 'IN_CALL',
          CASE WHEN n <= 30 THEN 'k8s' WHEN n <= 130 THEN 'aws' ELSE 'coolify' END, 1
        FROM generate_series(1, ${OCCUPYING}) n RETURNING id, deployment_platform)
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by, run_until)
      SELECT id, deployment_platform, 1, 'live-' || id, 'RUNNING', now(), now(), now() + interval '1 hour' FROM live;
    WITH waiting AS (
      INSERT INTO bots (name, meeting_platform, meeting_url) SELECT 'waiting', 'zoom', 'https://zoom.example/waiting'
        FROM generate_series(1, ${WAITING}) RETURNING id)
    INSERT INTO deployment_queue (bot_id, priority, timeout_at, plan, stage, open_to, recheck_at)
      SELECT id, id % 5, now() + interval '1 hour', '{"stages":[],"globalWaitMs":0}', 'global',
        CASE id % 3 WHEN 0 THEN '{k8s}'::text[] WHEN 1 THEN '{k8s,aws}' ELSE '{k8s,aws,coolify}' END, now() + interval '1 hour'
      FROM waiting;`);
  await sql`VACUUM ANALYZE bots`;
  await sql`VACUUM ANALYZE deployment_queue`;
  await sql`VACUUM ANALYZE deployments`;
}
