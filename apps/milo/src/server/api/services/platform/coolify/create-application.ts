import type { CreateOutcome, LaunchSecrets } from "../platform-service.ts";
import { type CoolifyRequest, environmentBody } from "./application-request.ts";
import { isInert } from "./application-state.ts";
import type { Failed } from "./coolify-api.ts";
import { type CoolifyContext, findNamesakes } from "./coolify-context.ts";
import { classifyFailure, isSuccess, refusedFields } from "./coolify-errors.ts";
import { type CoolifyApplication, readCreated } from "./coolify-records.ts";

type Made = { kind: "made"; uuid: string; adopted: boolean };

/** A bulk may have been written in part, and writing it again is harmless. */
const ENVIRONMENT_SENDS = 2;
/** Failures of the environment after which it is worth asking again for the application that is there. */
const PASSING = new Set(["throttled", "unavailable", "transient"]);

/**
 * Makes the application of a launch, and gives it its environment. Coolify's create is not idempotent and its names
 * are not unique, so a re-send looks first, and looks again after it created: of several the oldest stays, whoever
 * asks. Nothing made here runs before it is deployed.
 */
export async function createApplication(
  context: CoolifyContext,
  request: CoolifyRequest,
  secrets: LaunchSecrets,
  options: { resend: boolean; signal: AbortSignal },
): Promise<CreateOutcome> {
  const made = await makeOrAdopt(context, request, options);
  if (made.kind !== "made") return made;
  const failure = await setEnvironment(context, made.uuid, environmentBody(request, secrets), options.signal);
  if (!failure) return { kind: "created", identifier: made.uuid, adopted: made.adopted };
  const reason = failure.reason.replaceAll(secrets.attemptToken, "<attempt token>");
  if (failure.kind === "unknown" || PASSING.has(failure.class)) {
    return { kind: "unknown", reason: `Coolify has application ${made.uuid}, its environment is not set: ${reason}` };
  }
  // Inert and of no use; what a lost answer leaves behind, the sweep of orphans finds.
  await context.api.deleteApplication(made.uuid, options.signal);
  return { ...failure, reason };
}

async function makeOrAdopt(
  context: CoolifyContext,
  request: CoolifyRequest,
  options: { resend: boolean; signal: AbortSignal },
): Promise<Made | Failed> {
  const name = request.application.name;
  if (options.resend) {
    const earlier = await keepOldest(context, name, options.signal);
    if (earlier) return earlier;
  }
  const posted = await post(context, request, options.signal);
  if (posted.kind !== "made") return posted;
  // Another sender, or an earlier send that was only slow, may have made one meanwhile.
  return options.resend ? ((await keepOldest(context, name, options.signal)) ?? posted) : posted;
}

/** The application that stays, or why that can't be known; null when there is none. */
async function keepOldest(context: CoolifyContext, name: string, signal: AbortSignal): Promise<Made | Failed | null> {
  const found = await findNamesakes(context, name, signal);
  if (found.kind !== "ok") return { kind: "unknown", reason: `An earlier create can't be ruled out: ${found.reason}` };
  const [oldest, ...others] = found.value.ours;
  if (!oldest && found.value.isForeignThere) {
    return { kind: "failed", class: "config", reason: `Coolify: an application named ${name} is not ours` };
  }
  if (!oldest) return null;
  for (const other of others) await discardInert(context, other, signal);
  return { kind: "made", uuid: oldest.uuid, adopted: true };
}

/** Only what nobody ever deployed is thrown away here; anything else is stopped in order, as an orphan. */
async function discardInert(
  context: CoolifyContext,
  application: CoolifyApplication,
  signal: AbortSignal,
): Promise<void> {
  const deployments = await context.api.deploymentsOf(application.uuid, signal);
  if (deployments.kind !== "ok" || !isInert({ application, deployments: deployments.value })) return;
  await context.api.deleteApplication(application.uuid, signal);
}

async function post(context: CoolifyContext, request: CoolifyRequest, signal: AbortSignal): Promise<Made | Failed> {
  for (let isSecond = false; ; isSecond = true) {
    const body = await context.version.fit(request.application, signal);
    // Nothing was sent yet, so a version that can't be learnt leaves nothing unknown.
    if (body.kind === "unknown") return { kind: "failed", class: "unavailable", reason: body.reason };
    if (body.kind === "failed") return body;
    const answer = await context.api.createApplication(body.value, signal);
    const refused = refusedFields(answer);
    if (refused.length > 0 && !isSecond) {
      context.version.refuse(refused);
      continue;
    }
    const uuid = answer.kind === "reply" && isSuccess(answer) ? readCreated(answer.json) : null;
    return uuid ? { kind: "made", uuid, adopted: false } : classifyFailure(answer);
  }
}

async function setEnvironment(
  context: CoolifyContext,
  uuid: string,
  body: object,
  signal: AbortSignal,
): Promise<Failed | null> {
  let failure: Failed | null = null;
  for (let send = 1; send <= ENVIRONMENT_SENDS; send += 1) {
    const result = await context.api.setEnvironment(uuid, body, signal);
    if (result.kind === "ok") return null;
    if (result.kind === "absent") return { kind: "unknown", reason: "Coolify: the application is not there any more" };
    failure = result;
    if (result.kind === "failed") return failure;
  }
  return failure;
}
