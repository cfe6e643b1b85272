import type { Sql } from "#server/database/client.ts";
import { endClaimed } from "./end-deployment.ts";
import { finishBot, moveBot } from "./finish-bot.ts";
import { lockAttempt } from "./lock-attempt.ts";

export type DueDeployment = { deploymentId: number; why: "start_by" | "run_until" | "leave_by" };

/** Attempts that are past a deadline of theirs; few, because only occupying ones can be. */
export function readDueDeployments(sql: Sql): Promise<DueDeployment[]> {
  return sql<DueDeployment[]>`
    SELECT id AS "deploymentId", CASE WHEN phase <> 'RUNNING' THEN 'start_by' WHEN leave_by <= milo_now() THEN 'leave_by'
      ELSE 'run_until' END AS why
    FROM deployments
    WHERE phase <> 'ENDED' AND ((phase IN ('RESERVED', 'LAUNCHING', 'STARTING') AND start_by <= milo_now())
      OR (phase = 'RUNNING' AND (leave_by <= milo_now() OR (run_until <= milo_now() AND leave_by IS NULL))))
    ORDER BY id`;
}

/** Past its maximum duration: told to leave, with a deadline of its own. */
export function tellOverdueToLeave(sql: Sql, deploymentId: number, leaveByMs: number): Promise<void> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return;
    const rows = await tx`
      UPDATE deployments SET leave_by = milo_now() + make_interval(secs => ${leaveByMs / 1000}::float8)
      WHERE id = ${deploymentId} AND phase = 'RUNNING' AND leave_by IS NULL RETURNING id`;
    if (rows.length === 0) return;
    const reason = "Reached its maximum duration; told to leave";
    await moveBot(tx, locked.bot.id, { status: "LEAVING", code: "MAX_DURATION", reason }, { deploymentId });
  });
}

/** It was told to leave and did not: the platform is to stop it, and the bot is final now. */
export function giveUpOnLeaving(sql: Sql, deploymentId: number): Promise<void> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return;
    const reason = "It did not leave in time; the platform was told to stop it";
    const end = { outcome: "cancelled", failureClass: null, reason } as const;
    if (!(await endClaimed(tx, deploymentId, end))) return;
    await finishBot(tx, locked.bot.id, { status: "FATAL", code: "LEAVE_TIMEOUT", reason }, { deploymentId });
  });
}
