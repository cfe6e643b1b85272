import type { DueDeployment } from "#server/database/repositories/deadlines.ts";
import { tellDecision, tellFate } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";
import { giveUp } from "./give-up.ts";

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
        tellLeaving(ctx, due, await repositories.tellOverdueToLeave(sql, due.deploymentId, times.leaveByMs));
        break;
      case "drain":
        tellLeaving(ctx, due, await repositories.tellDrainedToLeave(sql, due.deploymentId, times.leaveByMs));
        break;
      case "leave_by":
        await giveUpLeaving(ctx, due);
        break;
    }
  }
}

function tellLeaving(ctx: DispatcherContext, due: DueDeployment, why: string | null): void {
  if (why !== null) tellDecision(ctx.log, "told_to_leave", { ...nameOf(due), why });
}

async function giveUpLeaving(ctx: DispatcherContext, due: DueDeployment): Promise<void> {
  const fate = await ctx.repositories.giveUpOnLeaving(ctx.sql, due.deploymentId);
  if (fate === null) return;
  tellDecision(ctx.log, "gave_up", { ...nameOf(due), why: "it was told to leave and did not: it is stopped" });
  tellFate(ctx.log, fate, nameOf(due));
}

async function giveUpUnclaimed(ctx: DispatcherContext, due: DueDeployment): Promise<void> {
  const failure = { class: "unknown", reason: "Its bot did not claim in time" } as const;
  await giveUp(ctx, due, { ...failure, deploymentId: due.deploymentId, fence: null, nothingExists: false });
}

function nameOf({ platform, launchKey }: DueDeployment) {
  return { platform, launchKey };
}
