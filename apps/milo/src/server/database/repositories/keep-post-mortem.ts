import type { PostMortem } from "#server/api/services/platform/platform-service.ts";
import type { Sql } from "#server/database/client.ts";

/**
 * Stores what was left of a container with its attempt. What was stored before stays unless it is said anew, so that it
 * may be told in parts, and again after a crash.
 */
export async function keepPostMortem(sql: Sql, deploymentId: number, postMortem: PostMortem): Promise<void> {
  await sql`
    UPDATE deployments SET post_mortem = coalesce(post_mortem, '{}') || ${sql.json(postMortem as never)}
    WHERE id = ${deploymentId}`;
}

/** Whether a claimed attempt's process was not heard for so long. One that has reported its end is silent. */
export async function isSilent(sql: Sql, deploymentId: number, forMs: number): Promise<boolean> {
  const rows = await sql`
    SELECT 1 FROM heartbeats h JOIN deployments d ON d.id = h.deployment_id
    WHERE d.id = ${deploymentId} AND d.final_report IS NULL
      AND h.at > milo_now() - make_interval(secs => ${forMs / 1000}::float8)`;
  return rows.length === 0;
}
