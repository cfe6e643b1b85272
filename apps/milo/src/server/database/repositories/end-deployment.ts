import type { DeploymentOutcome, FailureClass } from "@milo/placement";
import type { Queryable } from "#server/database/client.ts";

/**
 * STOPPING → ENDED: the workload is known to be gone, and its slot is free. The one write that frees a slot of
 * something that was sent. Answers false when it was not STOPPING.
 */
export async function confirmGone(sql: Queryable, deploymentId: number): Promise<boolean> {
  const rows = await sql`
    WITH gone AS (
      UPDATE deployments SET phase = 'ENDED', ended_at = milo_now(), outcome = coalesce(outcome, 'completed'),
        lease_owner = NULL, lease_until = NULL
      WHERE id = ${deploymentId} AND phase = 'STOPPING' RETURNING id
    )
    SELECT id, pg_notify('milo_queue', '') FROM gone`;
  return rows.length > 0;
}

export type DeploymentEnd = {
  outcome: DeploymentOutcome;
  failureClass: FailureClass | null;
  reason: string;
};

/**
 * RUNNING → STOPPING: the claimed attempt is over, whoever says so; its slot stays held until the platform has confirmed
 * and cleaned up. Bumps the fence. Answers false when it was not RUNNING.
 */
export async function endClaimed(sql: Queryable, deploymentId: number, end: DeploymentEnd): Promise<boolean> {
  const rows = await sql`
    UPDATE deployments SET phase = 'STOPPING', fence = fence + 1, outcome = ${end.outcome},
      failure_class = ${end.failureClass}, reason = ${end.reason}, stopping_at = coalesce(stopping_at, milo_now()),
      lease_owner = NULL, lease_until = NULL
    WHERE id = ${deploymentId} AND phase = 'RUNNING' RETURNING id`;
  if (rows.length > 0) await sql`SELECT pg_notify('milo_queue', '')`;
  return rows.length > 0;
}
