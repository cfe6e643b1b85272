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
