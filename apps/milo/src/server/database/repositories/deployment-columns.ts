import type { DeploymentOutcome, DeploymentPhase, DeploymentPlatform, FailureClass } from "@milo/placement";
import type { PostMortem } from "#server/api/services/platform/platform-service.ts";
import type { Queryable } from "#server/database/client.ts";

/** One attempt as it is shown. `identifier` is the platform's own name for the workload. */
export type AttemptView = {
  deploymentId: number;
  attempt: number;
  platform: DeploymentPlatform;
  launchKey: string;
  identifier: string | null;
  phase: DeploymentPhase;
  outcome: DeploymentOutcome | null;
  class: FailureClass | null;
  reason: string | null;
  slotNo: number | null;
  reservedAt: Date;
  /** From then on a request may have reached the platform. */
  sentAt: Date | null;
  acceptedAt: Date | null;
  claimedAt: Date | null;
  stoppingAt: Date | null;
  endedAt: Date | null;
  /** Given up when it is not claimed by then. */
  startBy: Date;
  /** Told to leave then. */
  runUntil: Date | null;
  /** Stopped by the platform then. */
  leaveBy: Date | null;
  /** Claimed, and since then neither its platform nor its bot have given a sign of life: an alarm. */
  unreachableSince: Date | null;
  /** An alarm: it was told to stop long ago and still holds its slot. */
  stopOverdueSince: Date | null;
  /** Its bot is offered to no platform before this container is gone. */
  holdsBot: boolean;
  /** What was left of the container; its log only where one bot is asked for. */
  postMortem: PostMortem | null;
};

/** Selects an `AttemptView` from `d`. A log is long: a list goes without it. */
export function attemptColumns(sql: Queryable, { withLog }: { withLog: boolean }) {
  return sql`d.id AS "deploymentId", d.attempt, d.platform, d.launch_key AS "launchKey",
    d.platform_identifier AS identifier, d.phase, d.outcome, d.failure_class AS class, d.reason, d.slot_no AS "slotNo",
    d.reserved_at AS "reservedAt", d.first_sent_at AS "sentAt", d.accepted_at AS "acceptedAt",
    d.claimed_at AS "claimedAt", d.stopping_at AS "stoppingAt", d.ended_at AS "endedAt", d.start_by AS "startBy",
    d.run_until AS "runUntil", d.leave_by AS "leaveBy", d.unreachable_since AS "unreachableSince",
    d.stop_overdue_since AS "stopOverdueSince",
    d.holds_bot AND d.phase = 'STOPPING' AS "holdsBot",
    CASE WHEN ${withLog} THEN d.post_mortem ELSE d.post_mortem - 'log' END AS "postMortem"`;
}
