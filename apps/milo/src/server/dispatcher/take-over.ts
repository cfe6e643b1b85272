import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";
import type { HeldAttempt } from "./launch.ts";

/** Launches taken over in one turn. */
const BATCH = 50;

/**
 * Takes over launches whose holder's lease has run out. The fence is bumped before anything is looked up; what may
 * have been sent is then sent again unchanged, which finds it or makes it, never twice; what has a recorded name by then
 * is only started.
 */
export async function takeOverLaunches(ctx: DispatcherContext): Promise<HeldAttempt[]> {
  const askedAtMs = ctx.monotonicMs();
  const taken = await ctx.repositories.takeOver(ctx.sql, {
    dispatcherId: ctx.dispatcherId,
    leaseMs: ctx.times.dispatcherLeaseMs,
    platforms: ctx.platforms.keys(),
    most: BATCH,
  });
  ctx.leases.grant(taken, askedAtMs);
  await ctx.failpoint("take-over:taken");
  for (const attempt of taken) {
    const { botId, attempt: number, platform, launchKey, phase } = attempt;
    const why = `nobody has renewed its lease in time; it is ${phase}`;
    tellDecision(ctx.log, "taken_over", { bot: botId, attempt: number, platform, launchKey, why });
  }
  return taken.map(({ phase, request, identifier, ...attempt }) => ({
    ...attempt,
    sent: phase === "RESERVED" || request === null ? null : { request, identifier },
  }));
}
