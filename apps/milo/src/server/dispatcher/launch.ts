import type { DeploymentPlatform, LaunchFailureClass, MeetingPlatform } from "@milo/placement";
import type {
  CreateOutcome,
  DefiniteFailure,
  Launch,
  PlatformService,
  RenderedRequest,
  WorkloadRef,
} from "#server/api/services/platform/platform-service.ts";
import { attemptToken } from "#server/database/repositories/installation.ts";
import type { DispatcherContext } from "./context.ts";
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
  /** Set when an earlier holder may have sent it: the exact request it stored. */
  sentRequest: RenderedRequest | null;
};

/** First back-off of a platform that says it is full; it then probes with one launch. */
const CAPACITY_BACK_OFF = { baseMs: 5_000, capMs: 120_000 };
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
    await bringToLife(ctx, lane, attempt);
  } finally {
    ctx.leases.drop(attempt.deploymentId);
  }
}

async function bringToLife(ctx: DispatcherContext, lane: LaunchLane, attempt: HeldAttempt): Promise<void> {
  const service = ctx.platforms.get(attempt.platform);
  if (service === undefined) {
    const failure = { class: "config", reason: "This dispatcher has no adapter for it" } as const;
    return giveUp(ctx, attempt, failure, attempt.sentRequest === null);
  }
  const resend = attempt.sentRequest !== null;
  const request = attempt.sentRequest ?? service.render(toLaunch(ctx, attempt));
  await ctx.failpoint("launch:before-mark");
  if (!resend && !(await lane.markLaunching({ ...attempt, request }))) return;
  await ctx.failpoint("launch:marked");
  const created = await create(ctx, service, attempt, request, resend);
  if (created === null) return;
  await ctx.failpoint("launch:created");
  if (!(await lane.recordIdentifier({ ...attempt, identifier: created.identifier }))) return;
  await ctx.failpoint("launch:recorded");
  await start(ctx, lane, service, attempt, { ...created, launchKey: attempt.launchKey });
}

/** Creates until the outcome is known, or until it has been unknown for too long. Null = given up. */
async function create(
  ctx: DispatcherContext,
  service: PlatformService,
  attempt: HeldAttempt,
  firstRequest: RenderedRequest,
  firstResend: boolean,
): Promise<{ identifier: string; request: RenderedRequest } | null> {
  const secrets = { attemptToken: attemptToken(ctx.installation, attempt.launchKey) };
  const giveUpAtMs = ctx.monotonicMs() + ctx.times.launchResolveMs[attempt.platform];
  let request = firstRequest;
  let resend = firstResend;
  // A send of this attempt, in whatever form, whose outcome is not known: no later refusal says that nothing exists.
  let mayExist = firstResend;
  for (;;) {
    if (!ctx.leases.holds(attempt.deploymentId)) return null;
    const outcome = await service.create(request, secrets, { resend, signal: ctx.abandon });
    switch (outcome.kind) {
      case "created":
        return { identifier: outcome.identifier, request };
      case "failed":
        await giveUp(ctx, attempt, outcome, !mayExist);
        return null;
      case "retry_as":
        if (!(await ctx.repositories.changeRequest(ctx.sql, { ...attempt, request: outcome.request }))) return null;
        await ctx.failpoint("launch:changed");
        request = outcome.request;
        resend = false;
        continue;
      case "unknown":
        resend = true;
        mayExist = true;
        if (ctx.abandon.aborted) return null;
        if (ctx.monotonicMs() >= giveUpAtMs) {
          await giveUp(ctx, attempt, { class: "unknown", reason: outcome.reason }, false);
          return null;
        }
        if (!(await pause(ctx))) return null;
    }
  }
}

async function start(
  ctx: DispatcherContext,
  lane: LaunchLane,
  service: PlatformService,
  attempt: HeldAttempt,
  ref: WorkloadRef,
): Promise<void> {
  const secrets = { attemptToken: attemptToken(ctx.installation, attempt.launchKey) };
  const giveUpAtMs = ctx.monotonicMs() + ctx.times.launchResolveMs[attempt.platform];
  for (;;) {
    if (!ctx.leases.holds(attempt.deploymentId)) return;
    const outcome = await service.start(ref, secrets, { signal: ctx.abandon });
    await ctx.failpoint("launch:started");
    if (outcome.kind === "started") {
      await lane.markStarting(attempt);
      await lane.noteAccepted(attempt.platform);
      ctx.log.info({ ...name(attempt), identifier: ref.identifier }, "Started");
      return;
    }
    if (outcome.kind === "failed") return giveUp(ctx, attempt, outcome, false);
    if (ctx.abandon.aborted) return;
    if (ctx.monotonicMs() >= giveUpAtMs) {
      return giveUp(ctx, attempt, { class: "unknown", reason: outcome.reason }, false);
    }
    if (!(await pause(ctx))) return;
  }
}

type Failure = { class: LaunchFailureClass; reason: string; retryAfterMs?: number };

async function giveUp(
  ctx: DispatcherContext,
  attempt: HeldAttempt,
  failure: Failure | DefiniteFailure | Extract<CreateOutcome, { kind: "failed" }>,
  nothingExists: boolean,
): Promise<void> {
  await ctx.failpoint("launch:before-give-up");
  const { class: failureClass, reason, retryAfterMs } = failure;
  const { deploymentId, fence } = attempt;
  const random = ctx.random();
  const input = { deploymentId, fence, class: failureClass, reason, retryAfterMs, nothingExists, random };
  const gaveUp = await ctx.repositories.giveUpAttempt(ctx.sql, input);
  if (!gaveUp) return;
  ctx.log.warn({ ...name(attempt), class: failureClass, reason }, "Launch failed");
  if (failureClass === "capacity") {
    await ctx.repositories.backOffPlatform(ctx.sql, attempt.platform, { ...CAPACITY_BACK_OFF, random });
  }
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
