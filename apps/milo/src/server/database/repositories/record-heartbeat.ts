import type { Sql } from "#server/database/client.ts";

export type HeartbeatResult = { accepted: boolean; leave: boolean };

/** Renews the lease of a claimed attempt. One that is over changes nothing and is told to leave. */
export async function recordHeartbeat(
  sql: Sql,
  attempt: { launchKey: string; bootId: string },
): Promise<HeartbeatResult> {
  const [row] = await sql<{ leave: boolean }[]>`
    WITH alive AS (
      SELECT d.id, b.status IN ('LEAVING', 'DONE', 'FATAL', 'CANCELLED') AS leave
      FROM deployments d JOIN bots b ON b.id = d.bot_id
      WHERE d.launch_key = ${attempt.launchKey} AND d.boot_id = ${attempt.bootId} AND d.phase = 'RUNNING'
    ), beat AS (
      INSERT INTO heartbeats AS h (deployment_id, at) SELECT id, milo_now() FROM alive
      ON CONFLICT (deployment_id) DO UPDATE SET at = greatest(h.at, excluded.at)
    )
    SELECT leave FROM alive`;
  return row === undefined ? { accepted: false, leave: true } : { accepted: true, leave: row.leave };
}
