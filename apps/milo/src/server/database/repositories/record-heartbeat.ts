import type { DeploymentPhase } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

export type HeartbeatResult = {
  accepted: boolean;
  leave: boolean;
  /** No attempt of that name is known: it is heard, and nothing more is granted to it. */
  unknown?: true;
};

type Heard = { launchKey: string; bootId: string };

/**
 * Renews the lease of a claimed attempt. One that is over is told to leave; all that is kept of it is that its process
 * still lives, so that its slot is not given away on an old word of its platform.
 */
export async function recordHeartbeat(sql: Sql, attempt: Heard): Promise<HeartbeatResult> {
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
  if (row?.phase === "RUNNING") return { accepted: true, leave: row.leave };
  if (row !== undefined) return { accepted: false, leave: true };
  if (await isUnknownAttempt(sql, attempt.launchKey)) {
    await hearOrphan(sql, attempt.launchKey);
    return { accepted: true, leave: false, unknown: true };
  }
  return { accepted: false, leave: true };
}

/**
 * Whether no attempt of that name was ever made here: whoever calls by its token then is a bot that our database has lost,
 * as after the restore of an older dump. It is not told to leave: whether such bots are ended is for the sweep of orphans
 * to decide, which asks first when they are many.
 */
export async function isUnknownAttempt(sql: Sql, launchKey: string): Promise<boolean> {
  const rows = await sql`SELECT 1 FROM deployments WHERE launch_key = ${launchKey}`;
  return rows.length === 0;
}

/** Its workload may have a row by now: as long as its bot speaks, a mass stop does not go on by itself. */
async function hearOrphan(sql: Sql, launchKey: string): Promise<void> {
  await sql`
    INSERT INTO heartbeats AS h (deployment_id, at)
    SELECT id, milo_now() FROM deployments
    WHERE phase = 'STOPPING' AND bot_id IS NULL AND starts_with(launch_key, ${`${launchKey}~`})
    ON CONFLICT (deployment_id) DO UPDATE SET at = greatest(h.at, excluded.at)`;
}
