import type { DueDeployment } from "#server/database/repositories/deadlines.ts";
import { docsOf } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import { noteFailure } from "./breaker.ts";
import type { DispatcherContext } from "./context.ts";

/** Acts on every attempt that is past a deadline of its own: no claim by start_by, too long a run, no leave. */
export async function sweepDeadlines(ctx: DispatcherContext): Promise<void> {
  const { sql, repositories, times } = ctx;
  for (const due of await repositories.readDueDeployments(sql)) {
    await ctx.failpoint("sweep:due");
    switch (due.why) {
      case "start_by":
        await giveUpUnclaimed(ctx, due);
        break;
      case "run_until":
        await repositories.tellOverdueToLeave(sql, due.deploymentId, times.leaveByMs);
        break;
      case "drain":
        await repositories.tellDrainedToLeave(sql, due.deploymentId, times.leaveByMs);
        break;
      case "leave_by":
        await repositories.giveUpOnLeaving(sql, due.deploymentId);
        tellDecision(ctx.log, "gave_up", { ...nameOf(due), why: "it was told to leave and did not: it is stopped" });
        break;
    }
  }
}

async function giveUpUnclaimed(ctx: DispatcherContext, due: DueDeployment): Promise<void> {
  const { deploymentId, platform } = due;
  const failure = { deploymentId, class: "unknown", reason: "Its bot did not claim in time" } as const;
  const input = { ...failure, fence: null, nothingExists: false, random: ctx.random() };
  if (!(await ctx.repositories.giveUpAttempt(ctx.sql, input))) return;
  tellDecision(ctx.log, "gave_up", {
    ...nameOf(due),
    class: failure.class,
    docs: docsOf(failure.class),
    why: failure.reason,
  });
  await noteFailure(ctx, platform, failure);
}

function nameOf({ platform, launchKey }: DueDeployment) {
  return { platform, launchKey };
}
