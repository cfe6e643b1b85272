import type { DeploymentPlatform } from "@milo/placement";
import type { Admitted } from "#server/database/repositories/admit.ts";
import type { ExpiredBot } from "#server/database/repositories/expire-entries.ts";
import type { LookAhead } from "#server/database/repositories/look-ahead.ts";
import { isContention } from "#server/database/retry.ts";
import { raiseAlarm } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";

/** Entries looked at in one statement: bounds how long it holds its locks. As many as a pass has slots to give, or more. */
const BATCH = 500;
/** Bots admitted under one lock of a platform: a few milliseconds of work. */
const ADMIT_BATCH = 100;

export type AdmittedOn = Admitted & { platform: DeploymentPlatform };

export type PassResult = {
  admitted: AdmittedOn[];
  /** False when more is due, or another replica was at it: what was left undone is done by the next pass, or by that one. */
  complete: boolean;
  /** What the pass could see when it began; a bot visible in it that still waits was decided to wait. */
  snapshot: string;
};

/**
 * One pass over the queue: expire, advance, then admit on each platform of the plan until nothing fits.
 * `onAdmitted` gets each batch at its commit, so that launches begin while the pass goes on. `look` is what the pass
 * goes by, when the caller has just taken one and changed nothing since.
 */
export async function runPass(
  ctx: DispatcherContext,
  onAdmitted: (admitted: readonly AdmittedOn[]) => void = () => {},
  look?: LookAhead,
): Promise<PassResult> {
  const { sql, repositories } = ctx;
  const seen = look ?? (await repositories.lookAhead(sql));
  if (seen.expired) await expireDue(ctx);
  await ctx.failpoint("pass:expired");
  const onMoved: Parameters<typeof repositories.advanceEntries>[2] = ({ botId, from, to, message }) => {
    tellDecision(ctx.log, "stage_passed", { bot: botId, from, to, why: message });
  };
  // One batch, those first in the queue: slots are taken meanwhile though thousands are due. The next pass is at hand.
  const isMoreDue = seen.recheck && (await repositories.advanceEntries(sql, BATCH, onMoved)) >= BATCH;
  await ctx.failpoint("pass:advanced");

  const admitted: AdmittedOn[] = [];
  let complete = !isMoreDue;
  for (const { platform } of ctx.plan.platforms) {
    // Advancing opens platforms; nothing else in between does.
    if (!seen.recheck && !seen.wanted.includes(platform)) continue;
    const outcome = await admitOn(ctx, platform, (batch) => {
      admitted.push(...batch);
      onAdmitted(batch);
    });
    complete &&= outcome === "done";
    await ctx.failpoint("pass:admitted");
  }
  if (complete) await repositories.expireAfterFirstPass(sql, seen.firstPass, tellExpired(ctx));
  return { admitted, complete, snapshot: seen.snapshot };
}

/** Ends the bots whose wait is over. */
export async function expireDue(ctx: DispatcherContext): Promise<void> {
  const { sql, repositories } = ctx;
  await untilFewer(BATCH, () => repositories.expireEntries(sql, BATCH, tellExpired(ctx)));
}

function tellExpired({ log }: DispatcherContext): (bot: ExpiredBot) => void {
  return ({ botId, reason }) => tellDecision(log, "gave_up", { bot: botId, why: reason });
}

async function admitOn(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  onAdmitted: (batch: AdmittedOn[]) => void,
): Promise<"done" | "contended"> {
  const request = {
    platform,
    dispatcherId: ctx.dispatcherId,
    leaseMs: ctx.times.dispatcherLeaseMs,
    startByMs: ctx.times.startByMs[platform],
    most: ADMIT_BATCH,
  };
  const alarm = () =>
    raiseAlarm(ctx.log, "slot_clash", { platform }, "A slot number was taken twice; admitting without");
  try {
    await untilFewer(ADMIT_BATCH, async () => {
      const askedAtMs = ctx.monotonicMs();
      const batch = await ctx.repositories.admit(ctx.sql, request, alarm);
      ctx.leases.grant(batch, askedAtMs);
      if (batch.length > 0) onAdmitted(batch.map((attempt) => ({ ...attempt, platform })));
      return batch.length;
    });
    return "done";
  } catch (error) {
    if (isContention(error)) return "contended";
    throw error;
  }
}

/** Repeats a step that handles up to `most` things until it found fewer. */
async function untilFewer(most: number, step: () => Promise<number>): Promise<void> {
  while ((await step()) >= most);
}
