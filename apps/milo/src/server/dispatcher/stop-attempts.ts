import { HEARTBEAT_INTERVAL_MS } from "@milo/bot-contract";
import type { DeploymentPlatform } from "@milo/placement";
import type { PlatformService, PostMortem, StopOutcome } from "#server/api/services/platform/platform-service.ts";
import { attemptToken } from "#server/database/repositories/installation.ts";
import type { Stopping } from "#server/database/repositories/leases.ts";
import { launchKeyOfWorkload } from "#server/database/repositories/orphan-key.ts";
import { raiseAlarm } from "#server/logging/alarms.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import { tidyPostMortem } from "#server/post-mortem/tidy-post-mortem.ts";
import { askWarm, type DispatcherContext } from "./context.ts";

/** Longer than the longest gap between two heartbeats of a bot that lives. */
const MISSED_BEATS_MS = HEARTBEAT_INTERVAL_MS * 1.5;
/** Attempts ordered to stop in one turn. */
const BATCH = 20;
/** Pause between two orders to stop the same attempt: a platform needs a moment, and Coolify counts every call. */
const STOP_RETRY_MS = 3_000;
/**
 * A stop that has not led to an end by then is an alarm: twice what the slowest platform takes, which is Coolify with a
 * grace of a minute and a status that is two minutes late.
 */
const OVERDUE_MS = 360_000;
/** A bot that has reported its end exits within milliseconds; leaving it this long lets its exit be seen. */
const EXIT_GRACE_MS = 1_500;

/**
 * Orders every attempt of one platform that is to end to stop, again and again until the platform says it is gone; then its slot
 * is free. Level-triggered: whoever died between a stop's wish and its order is made good for here.
 */
export async function stopAttempts(ctx: DispatcherContext, platform: DeploymentPlatform): Promise<number> {
  const service = ctx.platforms.get(platform);
  if (service === undefined) return 0;
  const { dispatcherId } = ctx;
  const request = {
    dispatcherId,
    leaseMs: STOP_RETRY_MS,
    platforms: [platform],
    graceMs: EXIT_GRACE_MS,
    most: BATCH,
  };
  const stopping = await askWarm(ctx, (sql) => ctx.repositories.takeStopping(sql, request));
  await Promise.all(stopping.map((attempt) => stopOne(ctx, service, attempt)));
  return stopping.length;
}

async function stopOne(ctx: DispatcherContext, service: PlatformService, attempt: Stopping): Promise<void> {
  await ctx.failpoint("stop:before-order");
  const { identifier } = attempt;
  const launchKey = launchKeyOfWorkload(attempt.launchKey);
  const keep = async (postMortem: PostMortem) => {
    const tidy = tidyPostMortem(postMortem, [attemptToken(ctx.installation, launchKey)]);
    await ctx.repositories.keepPostMortem(ctx.sql, attempt.deploymentId, tidy);
    await ctx.failpoint("stop:kept");
  };
  const isSilent = () => ctx.repositories.isSilent(ctx.sql, attempt.deploymentId, MISSED_BEATS_MS);
  const outcome = await service.stop({ launchKey, identifier, request: attempt.request ?? {} }, { keep, isSilent });
  await ctx.failpoint("stop:ordered");
  if (outcome.kind === "gone" && (await ctx.repositories.confirmGone(ctx.sql, attempt.deploymentId))) {
    const why = "its platform says that it is gone";
    tellDecision(ctx.log, "stopped", { platform: attempt.platform, launchKey, why });
  }
  if (outcome.kind === "failed") {
    ctx.log.warn({ launchKey, platform: attempt.platform, why: outcome.reason }, "Stop was not taken; will repeat");
  }
  if (outcome.kind !== "gone") await tellOverdue(ctx, attempt, describe(outcome));
}

async function tellOverdue(ctx: DispatcherContext, attempt: Stopping, reason: string): Promise<void> {
  if (attempt.isOverdue || attempt.stoppingForMs < OVERDUE_MS) return;
  if (!(await ctx.repositories.noteOverdueStop(ctx.sql, attempt, reason))) return;
  const { launchKey, platform } = attempt;
  const facts = { launchKey, platform, why: reason };
  raiseAlarm(ctx.log, "stop_overdue", facts, "A stop does not take; its slot stays held");
}

function describe(outcome: Exclude<StopOutcome, { kind: "gone" }>): string {
  if (outcome.kind === "failed") return outcome.reason;
  return outcome.kind === "absent" ? "it is not to be found there" : "the platform took the order";
}
