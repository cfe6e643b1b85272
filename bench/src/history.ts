import type { Sql } from "@milo/milo/server/database/client.ts";
import { vacuum } from "./databases.ts";

/** Bots in a call: as many as the specification's three limits add up to. */
export const OCCUPYING = { k8s: 30, aws: 100, coolify: 50 } as const;

/**
 * Fills a migrated database: finished bots, one a second until now, spread over the platforms, one in twenty of them
 * failed; every slot taken, a queue, samples of eight days; then what autovacuum would have done by the time such a
 * history had come together.
 */
export async function fillHistory(sql: Sql, history: number, waiting: number): Promise<void> {
  const { k8s, aws, coolify } = OCCUPYING;
  await sql`SET statement_timeout = 0`;
  await sql.unsafe(`
    UPDATE platforms SET bot_limit = CASE platform WHEN 'k8s' THEN ${k8s} WHEN 'aws' THEN ${aws} ELSE ${coolify} END,
      launch_concurrency = 20, position = CASE platform WHEN 'k8s' THEN 0 WHEN 'aws' THEN 1 ELSE 2 END;
    INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts, created_at, finished_at)
      SELECT 'old ' || n % 5000, (ARRAY['zoom','google-meet','microsoft-teams'])[1 + n % 3], 'https://zoom.example/' || n,
        CASE WHEN n % 20 = 0 THEN 'FATAL' ELSE 'DONE' END, (ARRAY['k8s','aws','coolify'])[1 + n % 3], 1,
        now() - make_interval(secs => ${history} - n + 1800), now() - make_interval(secs => ${history} - n)
      FROM generate_series(1, ${history}) n;
    INSERT INTO deployment_queue (bot_id, queued_at, timeout_at, status, plan)
      SELECT id, created_at, finished_at, 'DISPATCHED', '{"stages":[],"globalWaitMs":0}' FROM bots;
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, outcome, failure_class, reason, reserved_at, start_by,
        claimed_at, ended_at)
      SELECT id, deployment_platform, 1, 'old-' || id, 'ENDED', CASE status WHEN 'DONE' THEN 'completed' ELSE 'failed' END,
        CASE status WHEN 'FATAL' THEN 'capacity' END, CASE status WHEN 'FATAL' THEN 'no room for one more' END,
        created_at, created_at, CASE status WHEN 'DONE' THEN created_at END, finished_at FROM bots;
    INSERT INTO bot_events (bot_id, at, status, code, message)
      SELECT id, finished_at, status, 'ENDED', 'It ended' FROM bots;
    INSERT INTO capacity_samples SELECT date_bin('1 minute', now(), 'epoch') - make_interval(mins => n), p.platform, 10, p.bot_limit, 5
      FROM platforms p, generate_series(1, 8 * 1440) n;
    WITH live AS (
      INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts)
        SELECT 'live', 'zoom', 'https://zoom.example/live', 'IN_CALL',
          CASE WHEN n <= ${k8s} THEN 'k8s' WHEN n <= ${k8s + aws} THEN 'aws' ELSE 'coolify' END, 1
        FROM generate_series(1, ${k8s + aws + coolify}) n RETURNING id, deployment_platform)
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, reserved_at, start_by, run_until)
      SELECT id, deployment_platform, 1, 'live-' || id, 'RUNNING', now(), now(), now() + interval '1 hour' FROM live;
    WITH waiting AS (
      INSERT INTO bots (name, meeting_platform, meeting_url) SELECT 'waiting', 'zoom', 'https://zoom.example/waiting'
        FROM generate_series(1, ${waiting}) RETURNING id)
    INSERT INTO deployment_queue (bot_id, priority, queued_at, timeout_at, plan, stage, stage_ends_at, open_to, recheck_at)
      SELECT id, id % 5, now() - make_interval(secs => id % 600), now() + interval '1 hour',
        '{"stages":[{"platform":"k8s","waitMs":60000},{"platform":"aws","waitMs":30000}],"globalWaitMs":600000}',
        (ARRAY['k8s','aws','global'])[1 + id % 3], CASE WHEN id % 3 < 2 THEN now() + interval '1 minute' END,
        CASE id % 3 WHEN 0 THEN '{k8s}'::text[] WHEN 1 THEN '{k8s,aws}' ELSE '{k8s,aws,coolify}' END, now() + interval '1 hour'
      FROM waiting;
    INSERT INTO bot_events (bot_id, at, status, code, message) SELECT id, now(), 'QUEUED', 'QUEUED', 'Accepted; waits for a slot'
      FROM bots WHERE status = 'QUEUED';`);
  await vacuum(sql, ["bots", "deployment_queue", "deployments", "bot_events", "capacity_samples"]);
}
