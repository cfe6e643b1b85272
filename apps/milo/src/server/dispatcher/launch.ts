import type { DeploymentPlatform, LaunchFailureClass, MeetingPlatform } from "@milo/placement";
import type {
  Launch,
  PlatformService,
  RenderedRequest,
  WorkloadRef,
} from "#server/api/services/platform/platform-service.ts";
import { attemptToken } from "#server/database/repositories/installation.ts";
import { tellDecision } from "#server/logging/decisions.ts";
import type { DispatcherContext } from "./context.ts";
import { giveUp as giveUpAttempt } from "./give-up.ts";
import type { LaunchLane } from "./launch-lane.ts";

/** An attempt that this dispatcher holds by lease and is to bring to life. */
export type HeldAttempt = {
  deploymentId: number;
  botId: number;
  platform: DeploymentPlatform;
  attempt: number;
  launchKey: string;
  fence: number;
  meetingPlatform: MeetingPlatform;
  maxDurationMs: number | null;
  /** Set when an earlier holder may have sent it: the exact request it stored, and the workload's name if it got as far. */
  sent: { request: RenderedRequest; identifier: string | null } | null;
};

/** Pause between two looks for a launch of unknown outcome. */
const RESOLVE_PAUSE_MS = 1_000;
/** Room for goodbye after the maximum duration, before the platform itself ends the workload. */
const PLATFORM_END_GRACE_MS = 600_000;

/**
 * Brings one attempt from RESERVED to STARTING: marks it LAUNCHING with the exact request, creates something
 * inert, records its identifier, starts it. Each write compares the fence, and a write that hits nothing ends the
 * launch at once: somebody else holds the attempt, or it was revoked. A failure gives the attempt up.
 */
export async function launchAttempt(ctx: DispatcherContext, lane: LaunchLane, attempt: HeldAttempt): Promise<void> {
  try {
    const end = await bringToLife(ctx, lane, attempt);
    if (end === "ended") return;
    const nothingExists = end === "lost_unsent";
    await ctx.repositories.endLease(ctx.sql, ctx.dispatcherId, { ...attempt, nothingExists });
  } finally {
    ctx.leases.drop(attempt);
  }
}

/**
 * `ended`: started, given up, or left to a successor; `lost`: it was revoked or taken over under our hands;
 * `lost_unsent`: so too, and the platform had refused our one send for good.
 */
type LaunchEnd = "ended" | "lost" | "lost_unsent";

async function bringToLife(ctx: DispatcherContext, lane: LaunchLane, attempt: HeldAttempt): Promise<LaunchEnd> {
  const service = ctx.platforms.get(attempt.platform);
  if (service === undefined) {
    const failure = { class: "config", reason: "This dispatcher has no adapter for it" } as const;
    return giveUp(ctx, attempt, failure, attempt.sent === null);
  }
  const made = await makeAndRecord(ctx, lane, service, attempt);
  if (typeof made === "string") return made;
  if (!service.showsRoomByClaimOnly) await lane.noteAccepted(attempt.platform);
  return start(ctx, lane, service, attempt, { ...made, launchKey: attempt.launchKey });
}

type Made = { identifier: string; request: RenderedRequest };

/**
 * Makes the workload and records its name. Where an earlier holder has recorded one, that is the one: of two that a
 * platform without unique names may have, a second create could settle on the other.
 */
async function makeAndRecord(
  ctx: DispatcherContext,
  lane: LaunchLane,
  service: PlatformService,
  attempt: HeldAttempt,
): Promise<Made | LaunchEnd> {
  const { sent } = attempt;
  if (sent !== null && sent.identifier !== null) return { request: sent.request, identifier: sent.identifier };
  const request = sent?.request ?? service.render(toLaunch(ctx, attempt));
  await ctx.failpoint("launch:before-mark");
  if (sent === null && !(await lane.markLaunching({ ...attempt, request }))) return "lost";
  await ctx.failpoint("launch:marked");
  const created = await create(ctx, service, attempt, request, sent !== null);
  if (typeof created === "string") return created;
  await ctx.failpoint("launch:created");
  if (!(await lane.recordIdentifier({ ...attempt, identifier: created.identifier }))) return "lost";
  await ctx.failpoint("launch:recorded");
  return created;
}

/** Creates until the outcome is known, or until it has been unknown for too long. */
async function create(
  ctx: DispatcherContext,
  service: PlatformService,
  attempt: HeldAttempt,
  firstRequest: RenderedRequest,
  firstResend: boolean,
): Promise<Made | LaunchEnd> {
  const secrets = { attemptToken: attemptToken(ctx.installation, attempt.launchKey) };
  const giveUpAtMs = ctx.monotonicMs() + ctx.times.launchResolveMs[attempt.platform];
  let request = firstRequest;
  let resend = firstResend;
  // A send of this attempt, in whatever form, whose outcome is not known: no later refusal says that nothing exists.
  let mayExist = firstResend;
  for (;;) {
    if (!ctx.leases.holds(attempt)) return "lost";
    const outcome = await service.create(request, secrets, { resend, signal: ctx.abandon });
    switch (outcome.kind) {
      case "created":
        return { identifier: outcome.identifier, request };
      case "failed":
        return giveUp(ctx, attempt, outcome, !mayExist);
      case "retry_as":
        if (!(await ctx.repositories.changeRequest(ctx.sql, { ...attempt, request: outcome.request }))) return "lost";
        await ctx.failpoint("launch:changed");
        request = outcome.request;
        resend = false;
        continue;
      case "unknown": {
        resend = true;
        mayExist = true;
        const next = await beforeResend(ctx, attempt, outcome.reason, giveUpAtMs);
        if (next !== "again") return next;
      }
    }
  }
}

async function start(
  ctx: DispatcherContext,
  lane: LaunchLane,
  service: PlatformService,
  attempt: HeldAttempt,
  ref: WorkloadRef,
): Promise<LaunchEnd> {
  const secrets = { attemptToken: attemptToken(ctx.installation, attempt.launchKey) };
  const giveUpAtMs = ctx.monotonicMs() + ctx.times.launchResolveMs[attempt.platform];
  for (;;) {
    if (!ctx.leases.holds(attempt)) return "lost";
    const outcome = await service.start(ref, secrets, { signal: ctx.abandon });
    await ctx.failpoint("launch:started");
    if (outcome.kind === "started") {
      if (!(await lane.markStarting(attempt))) return "lost";
      await lane.noteStarted(attempt);
      const why = `its platform accepted it as ${ref.identifier}`;
      tellDecision(ctx.log, "launched", { ...name(attempt), why });
      return "ended";
    }
    if (outcome.kind === "failed") return giveUp(ctx, attempt, outcome, false);
    const next = await beforeResend(ctx, attempt, outcome.reason, giveUpAtMs);
    if (next !== "again") return next;
  }
}

/** After an unknown outcome: gives up when its time is over, else waits and makes sure that the attempt is still ours. */
async function beforeResend(
  ctx: DispatcherContext,
  attempt: HeldAttempt,
  reason: string,
  giveUpAtMs: number,
): Promise<"again" | LaunchEnd> {
  if (ctx.abandon.aborted) return "ended";
  if (ctx.monotonicMs() >= giveUpAtMs) return giveUp(ctx, attempt, { class: "unknown", reason }, false);
  if (!(await pause(ctx))) return "ended";
  if (!(await ctx.repositories.isHeld(ctx.sql, attempt))) return "lost";
  tellDecision(ctx.log, "sent_again", { ...name(attempt), why: reason });
  return "again";
}

type Failure = { class: LaunchFailureClass; reason: string; retryAfterMs?: number };

async function giveUp(
  ctx: DispatcherContext,
  attempt: HeldAttempt,
  failure: Failure,
  nothingExists: boolean,
): Promise<LaunchEnd> {
  await ctx.failpoint("launch:before-give-up");
  const { class: failureClass, reason, retryAfterMs } = failure;
  const { deploymentId, fence } = attempt;
  const given = { deploymentId, fence, class: failureClass, reason, retryAfterMs, nothingExists };
  if (await giveUpAttempt(ctx, attempt, given)) return "ended";
  return nothingExists ? "lost_unsent" : "lost";
}

function toLaunch(ctx: DispatcherContext, attempt: HeldAttempt): Launch {
  const maxDurationMs = (attempt.maxDurationMs ?? ctx.times.maxDurationMs) + ctx.times.startByMs[attempt.platform];
  return {
    launchKey: attempt.launchKey,
    installationId: ctx.installation.id,
    botId: attempt.botId,
    attempt: attempt.attempt,
    meetingPlatform: attempt.meetingPlatform,
    miloUrl: ctx.miloUrl,
    maxDurationSeconds: Math.ceil((maxDurationMs + PLATFORM_END_GRACE_MS) / 1_000),
  };
}

/** Answers false when the dispatcher is to leave everything as it is meanwhile. */
async function pause(ctx: DispatcherContext): Promise<boolean> {
  try {
    await ctx.sleep(RESOLVE_PAUSE_MS, ctx.abandon);
    return true;
  } catch {
    return false;
  }
}

function name(attempt: HeldAttempt) {
  return { bot: attempt.botId, attempt: attempt.attempt, platform: attempt.platform, launchKey: attempt.launchKey };
}
