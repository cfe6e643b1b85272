import type { DeploymentPlatform, FailureClass } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";

/** What was held on a platform at the moment of one admission, and its limit now. */
export type AdmissionMoment = {
  platform: DeploymentPlatform;
  /** Bots that this admission gave a slot. */
  admitted: number;
  /** Bots that held a slot then, these included. */
  held: number;
};

/**
 * Counts anew, for admissions that have committed, what was held at the moment of each. It shares nothing with the
 * admission's own reckoning: it runs later, in a snapshot of its own, and goes by the times in the rows, not by their
 * phase. An attempt that ended later than that moment held its slot then, as one database's clock says both. Orphans
 * are left out: they are found, not admitted.
 */
export function countAtAdmission(sql: Sql, deploymentIds: readonly number[]): Promise<AdmissionMoment[]> {
  return sql<AdmissionMoment[]>`
    WITH moments AS MATERIALIZED (
      SELECT platform, reserved_at AS at, count(*)::int AS admitted FROM deployments
      WHERE id = ANY(${[...deploymentIds]}::int[]) GROUP BY 1, 2
    )
    SELECT m.platform, m.admitted,
      (SELECT count(*)::int FROM deployments d
        WHERE d.platform = m.platform AND d.phase <> 'ENDED' AND d.bot_id IS NOT NULL AND d.reserved_at <= m.at)
      + (SELECT count(*)::int FROM deployments d WHERE d.platform = m.platform AND d.phase = 'ENDED'
          AND d.ended_at > m.at AND d.bot_id IS NOT NULL AND d.reserved_at <= m.at) AS held
    FROM moments m`;
}

/** How an attempt came to its platform. */
export type AdmittedStory = {
  botId: number;
  attempt: number;
  platform: DeploymentPlatform;
  launchKey: string;
  /** From the request to this slot. */
  waitedSeconds: number;
  stage: string;
  /** The first platform of its plan. */
  firstChoice: DeploymentPlatform | null;
  /** Where its last attempt was, and why it ended; null = this is the first. */
  from: DeploymentPlatform | null;
  fromClass: FailureClass | null;
  fromReason: string | null;
};

export function readAdmittedStories(sql: Sql, deploymentIds: readonly number[]): Promise<AdmittedStory[]> {
  return sql<AdmittedStory[]>`
    SELECT d.bot_id AS "botId", d.attempt, d.platform, d.launch_key AS "launchKey", q.stage,
      greatest(0, date_part('epoch', d.reserved_at - q.queued_at)) AS "waitedSeconds",
      q.plan #>> '{stages,0,platform}' AS "firstChoice", before.platform AS from, before.failure_class AS "fromClass",
      before.reason AS "fromReason"
    FROM deployments d JOIN deployment_queue q ON q.id = d.queue_entry_id
      LEFT JOIN deployments before ON before.bot_id = d.bot_id AND before.attempt = d.attempt - 1
    WHERE d.id = ANY(${[...deploymentIds]}::int[]) ORDER BY d.id`;
}

export function readLimits(sql: Sql): Promise<{ platform: DeploymentPlatform; limit: number }[]> {
  return sql<{ platform: DeploymentPlatform; limit: number }[]>`SELECT platform, bot_limit AS limit FROM platforms`;
}
