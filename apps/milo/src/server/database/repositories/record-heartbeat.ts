import type { DeploymentPhase } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type HeartbeatResult = { accepted: boolean; leave: boolean };

/**
 * Renews the lease of a claimed attempt. One that is over is told to leave; all that is kept of it is that its process
 * still lives, so that its slot is not given away on an old word of its platform.
 */
export async function recordHeartbeat(
  sql: Sql,
  attempt: { launchKey: string; bootId: string },
): Promise<HeartbeatResult> {
  const [row] = await sql<{ phase: DeploymentPhase; leave: boolean }[]>`
    WITH alive AS (
      SELECT d.id, d.phase, b.status IN ('LEAVING', 'DONE', 'FATAL', 'CANCELLED') AS leave
      FROM deployments d JOIN bots b ON b.id = d.bot_id
      WHERE d.launch_key = ${attempt.launchKey} AND d.boot_id = ${attempt.bootId} AND d.phase IN ('RUNNING', 'STOPPING')
    ), beat AS (
      INSERT INTO heartbeats AS h (deployment_id, at) SELECT id, milo_now() FROM alive
      ON CONFLICT (deployment_id) DO UPDATE SET at = greatest(h.at, excluded.at)
    )
    SELECT phase, leave FROM alive`;
  return row?.phase !== "RUNNING" ? { accepted: false, leave: true } : { accepted: true, leave: row.leave };
}
