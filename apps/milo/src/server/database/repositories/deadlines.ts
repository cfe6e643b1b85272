import type { DeploymentPlatform } from "@milo/placement";
import type { Sql } from "#server/database/client.ts";
import { endClaimed } from "./end-deployment.ts";
import { type BotFate, finishBot, moveBot } from "./finish-bot.ts";
import { lockAttempt } from "./lock-attempt.ts";

export type DueDeployment = {
  deploymentId: number;
  platform: DeploymentPlatform;
  launchKey: string;
  /** `drain`: it runs on a platform that is drained, and has not been told yet. */
  why: "start_by" | "run_until" | "leave_by" | "drain";
};

/**
 * Attempts that are past a deadline of theirs; few, because only occupying ones can be. The time for a claim runs only
 * while milo can hear one.
 */
export function readDueDeployments(sql: Sql): Promise<DueDeployment[]> {
  return sql<DueDeployment[]>`
    SELECT d.id AS "deploymentId", d.platform, d.launch_key AS "launchKey", CASE WHEN d.phase <> 'RUNNING' THEN 'start_by'
      WHEN d.leave_by <= milo_now() THEN 'leave_by' WHEN d.run_until <= milo_now() THEN 'run_until' ELSE 'drain' END AS why
    FROM deployments d JOIN platforms p ON p.platform = d.platform
    WHERE d.phase <> 'ENDED' AND ((d.phase IN ('RESERVED', 'LAUNCHING', 'STARTING') AND d.start_by <= milo_now()
        AND milo_heard_since(d.reserved_at) >= d.start_by - d.reserved_at)
      OR (d.phase = 'RUNNING' AND (d.leave_by <= milo_now()
        OR (d.leave_by IS NULL AND (d.run_until <= milo_now() OR p.mode = 'drain')))))
    ORDER BY d.id`;
}

/** Past its maximum duration: told to leave, with a deadline of its own. Answers why; null when it had been told already. */
export function tellOverdueToLeave(sql: Sql, deploymentId: number, leaveByMs: number): Promise<string | null> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return null;
    const rows = await tx`
      UPDATE deployments SET leave_by = milo_now() + make_interval(secs => ${leaveByMs / 1000}::float8)
      WHERE id = ${deploymentId} AND phase = 'RUNNING' AND leave_by IS NULL RETURNING id`;
    if (rows.length === 0) return null;
    const reason = "Reached its maximum duration; told to leave";
    await moveBot(tx, locked.bot.id, { status: "LEAVING", code: "MAX_DURATION", reason }, { deploymentId });
    return reason;
  });
}

/** It was told to leave and did not: the platform is to stop it, and the bot is final now. Answers null when it was so before. */
export function giveUpOnLeaving(sql: Sql, deploymentId: number): Promise<BotFate | null> {
  return sql.begin(async (tx) => {
    const locked = await lockAttempt(tx, deploymentId);
    if (locked === null) return null;
    const reason = "It did not leave in time; the platform was told to stop it";
    const end = { outcome: "cancelled", failureClass: null, reason } as const;
    if (!(await endClaimed(tx, deploymentId, end))) return null;
    return finishBot(tx, locked.bot.id, { status: "FATAL", code: "LEAVE_TIMEOUT", reason }, { deploymentId });
  });
}
