import { type DeploymentPlatform, type FailureClass, formatDuration } from "@milo/placement";
import type { HealthReport } from "#server/api/services/platform/platform-service.ts";
import type { BreakerChange } from "#server/database/repositories/platform-breaker.ts";
import { type Alarm, alarmFacts, docsOf } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";

/** Only a person can mend these: each opening for them is told once, by the replica that opened. */
const ALARM_OF: Partial<Record<FailureClass, Alarm>> = { config: "platform_config", auth: "platform_auth" };

/** First back-off of a platform that says it is full; it then probes with one launch. */
const CAPACITY_BACK_OFF = { baseMs: 5_000, capMs: 120_000 };

/**
 * Tells a platform's breaker of a launch that was given up, and lets a platform back off that is full, however it said
 * so: by refusing, or by not starting what it took. Never fails: the launch has been dealt with.
 */
export async function noteFailure(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  failure: { deploymentId: number; class: FailureClass; reason: string },
): Promise<void> {
  const { deploymentId, class: outcome, reason } = failure;
  const random = ctx.random();
  await told(ctx, platform, outcome, async () => {
    if (outcome === "capacity") {
      const forMs = await ctx.repositories.backOffPlatform(ctx.sql, platform, { ...CAPACITY_BACK_OFF, random });
      const why = `it is given no bot for ${formatDuration(forMs)}: ${reason}`;
      tellDecision(ctx.log, "backed_off", { platform, class: outcome, docs: docsOf(outcome), why });
    }
    const noted = { platform, deploymentIds: [deploymentId], outcome, reason, random };
    return ctx.repositories.noteLaunchOutcome(ctx.sql, noted);
  });
}

/** Tells a platform's breaker that launches have started. Never fails. */
export async function noteStarted(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  deploymentIds: readonly number[],
): Promise<void> {
  const noted = { platform, deploymentIds, outcome: "started", reason: "", random: ctx.random() } as const;
  await told(ctx, platform, null, () => ctx.repositories.noteLaunchOutcome(ctx.sql, noted));
}

/** Tells a platform's breaker how it answered a probe, and for how long it has been answering so. */
export async function noteAnswer(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  report: HealthReport & { forMs: number },
): Promise<void> {
  const { healthy: good, forMs, reason } = report;
  const noted = { platform, good, forMs, reason, random: ctx.random() };
  await told(ctx, platform, null, () => ctx.repositories.noteProbe(ctx.sql, noted));
}

async function told(
  ctx: DispatcherContext,
  platform: DeploymentPlatform,
  outcome: FailureClass | null,
  note: () => Promise<BreakerChange | null>,
): Promise<void> {
  try {
    const change = await note();
    if (change === null) return;
    const alarm = change.to === "open" && outcome !== null ? ALARM_OF[outcome] : undefined;
    const facts = { platform, from: change.from, to: change.to, why: change.reason ?? "it works again" };
    tellDecision(ctx.log, "breaker_changed", { ...facts, ...(alarm === undefined ? {} : alarmFacts(alarm)) });
  } catch (error) {
    ctx.log.error({ err: error, platform }, "Cannot tell the breaker; the next launch or probe will");
  }
}
