import type { Sql } from "@milo/milo/server/database/client.ts";

/** Bots in a call: as many as the specification's three limits add up to. */
export const OCCUPYING = { k8s: 30, aws: 100, coolify: 50 } as const;

/**
 * Fills a migrated database: finished bots spread over the platforms, every slot taken, a queue; then what autovacuum
 * would have done by the time such a history had come together.
 */
export async function fillHistory(sql: Sql, history: number, waiting: number): Promise<void> {
  const { k8s, aws, coolify } = OCCUPYING;
  await sql`SET statement_timeout = 0`;
  await sql.unsafe(`
    UPDATE platforms SET bot_limit = CASE platform WHEN 'k8s' THEN ${k8s} WHEN 'aws' THEN ${aws} ELSE ${coolify} END,
      launch_concurrency = 20, position = CASE platform WHEN 'k8s' THEN 0 WHEN 'aws' THEN 1 ELSE 2 END;
    INSERT INTO bots (name, meeting_platform, meeting_url, status, deployment_platform, attempts, finished_at)
      SELECT 'old', 'zoom', 'https://zoom.example/' || n, 'DONE', (ARRAY['k8s','aws','coolify'])[1 + n % 3], 1, now()
      FROM generate_series(1, ${history}) n;
    INSERT INTO deployment_queue (bot_id, timeout_at, status, plan)
      SELECT id, now(), 'DISPATCHED', '{"stages":[],"globalWaitMs":0}' FROM bots;
    INSERT INTO deployments (bot_id, platform, attempt, launch_key, phase, outcome, reserved_at, start_by, ended_at)
      SELECT id, deployment_platform, 1, 'old-' || id, 'ENDED', 'completed', now(), now(), now() FROM bots;
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
      FROM waiting;`);
  for (const table of ["bots", "deployment_queue", "deployments"]) await sql.unsafe(`VACUUM ANALYZE ${table}`);
}
