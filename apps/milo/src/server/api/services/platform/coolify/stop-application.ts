import type { PostMortem, StopOptions, StopOutcome } from "../platform-service.ts";
import { activeDeployments, hasEnded, isInert, isUp, type Observation, postMortemOf } from "./application-state.ts";
import type { Result } from "./coolify-api.ts";
import { type CoolifyContext, loadApplication } from "./coolify-context.ts";
import type { CoolifyApplication } from "./coolify-records.ts";
import type { StopNote } from "./stop-memory.ts";

/** A stop that has shown no effect for this long is ordered again: its job may have found no server and done nothing. */
const REPEAT_STOP_AFTER_MS = 60_000;

/** The moment of one step, its bound, and whom it tells. */
type Step = { nowMs: number; signal: AbortSignal } & StopOptions;

/**
 * One step towards gone, by what Coolify shows now: cancel a deployment under way, order the stop, and once it is
 * known to have ended delete the record. The record goes last, since Coolify drops it even when its server can't
 * be reached: a 404 alone is `absent`, and means `gone` only after the end was confirmed.
 */
export async function stopApplication(
  context: CoolifyContext,
  ref: { launchKey: string; identifier: string | null },
  step: Step,
): Promise<StopOutcome> {
  const { nowMs, signal } = step;
  const stop = ref.identifier ? context.stops.get(ref.identifier) : null;
  if (ref.identifier && stop) return lookAgain(context, ref.identifier, stop, step);
  const loaded = await loadApplication(context, ref, signal);
  if (loaded.kind === "absent") {
    return context.stops.isEndConfirmed(ref.launchKey, ref.identifier) ? { kind: "gone" } : { kind: "absent" };
  }
  if (loaded.kind !== "ok") return { kind: "failed", reason: loaded.reason };
  const application = loaded.value;
  const deployments = await context.api.deploymentsOf(application.uuid, signal);
  if (deployments.kind === "absent") return { kind: "stopping" };
  if (deployments.kind !== "ok") return { kind: "failed", reason: deployments.reason };
  const known = context.stops.get(application.uuid);
  const seen: Observation = { application, deployments: deployments.value, stop: known, nowMs };
  if (isInert(seen)) return deleteEnded(context, ref.launchKey, seen, signal);
  return stepOn(context, ref.launchKey, seen, step);
}

/** What became of a stop that was ordered before: one look serves all of them, and must have begun after it. */
async function lookAgain(context: CoolifyContext, uuid: string, stop: StopNote, step: Step): Promise<StopOutcome> {
  const { nowMs, signal } = step;
  const look = await context.look.read(nowMs, signal);
  if (look.kind !== "ok") return { kind: "failed", reason: look.reason };
  if (look.value.number <= stop.orderedAfterLook) return { kind: "stopping" };
  const application = look.value.applications.get(uuid);
  if (!application) return stop.isEndConfirmed ? { kind: "gone" } : { kind: "absent" };
  const deployments = look.value.active.filter((deployment) => deployment.application_name === application.name);
  return stepOn(context, stop.launchKey, { application, deployments, stop, nowMs }, step);
}

async function stepOn(context: CoolifyContext, launchKey: string, seen: Observation, step: Step): Promise<StopOutcome> {
  const { application, stop } = seen;
  if (stop?.isEndConfirmed) return deleteEnded(context, launchKey, seen, step.signal);
  if (hasEnded(seen, context.settings.statusSettleMs)) {
    // Its status may be minutes old, and Coolify drops the record of an application that still runs.
    if ((await step.isSilent?.()) === false) return { kind: "stopping" };
    await step.keep?.(postMortemOf(application));
    return deleteEnded(context, launchKey, seen, step.signal);
  }
  if (application.server_status === false) {
    // What it showed so far may be Coolify's guess about a server it lost: evidence starts anew.
    context.stops.forget(application.uuid);
    return { kind: "failed", reason: "Coolify: the docker server is not functional, so a stop would do nothing" };
  }
  return orderStop(context, launchKey, seen, step);
}

async function orderStop(
  context: CoolifyContext,
  launchKey: string,
  seen: Observation,
  { signal, keep }: Step,
): Promise<StopOutcome> {
  const { application, stop, nowMs } = seen;
  if (!stop && keep) await keep(await readPostMortem(context, application, signal));
  for (const deployment of activeDeployments(seen.deployments)) {
    await context.api.cancelDeployment(deployment.deployment_uuid, signal);
  }
  if (stop && nowMs - stop.lastOrderedAtMs < REPEAT_STOP_AFTER_MS) return { kind: "stopping" };
  const ordered = await context.api.stopApplication(application.uuid, signal);
  if (ordered.kind === "ok") {
    const first = {
      launchKey,
      firstOrderedAtMs: nowMs,
      wasUp: isUp(application),
      statusChangedAt: application.last_online_at ?? null,
      isEndConfirmed: false,
    };
    const orderedAfterLook = context.look.lastNumber;
    context.stops.set(application.uuid, { ...(stop ?? first), lastOrderedAtMs: nowMs, orderedAfterLook });
  }
  return outcomeOf(ordered);
}

/** Before the stop, since docker tells the log of a running container only. What cannot be read holds up nothing. */
async function readPostMortem(
  context: CoolifyContext,
  application: CoolifyApplication,
  signal: AbortSignal,
): Promise<PostMortem> {
  const known = postMortemOf(application);
  const log = await context.api.logsOf(application.uuid, signal);
  if (log.kind === "ok") return { ...known, log: log.value };
  return { ...known, missing: log.kind === "absent" ? "Coolify: it has no log" : log.reason };
}

/** The note comes first: should the answer get lost, a 404 still means gone, since the end is known. */
async function deleteEnded(
  context: CoolifyContext,
  launchKey: string,
  seen: Observation,
  signal: AbortSignal,
): Promise<StopOutcome> {
  const { application, stop, nowMs } = seen;
  if (stop?.isEndConfirmed && nowMs - stop.lastOrderedAtMs < REPEAT_STOP_AFTER_MS) return { kind: "stopping" };
  const note: StopNote = {
    launchKey,
    firstOrderedAtMs: stop?.firstOrderedAtMs ?? nowMs,
    lastOrderedAtMs: nowMs,
    wasUp: false,
    statusChangedAt: application.last_online_at ?? null,
    orderedAfterLook: context.look.lastNumber,
    isEndConfirmed: true,
  };
  context.stops.set(application.uuid, note);
  const outcome = outcomeOf(await context.api.deleteApplication(application.uuid, signal));
  // Nothing runs, so there is nothing to wait for: an order that was not taken is given again at the next look.
  if (outcome.kind === "failed")
    context.stops.set(application.uuid, { ...note, lastOrderedAtMs: nowMs - REPEAT_STOP_AFTER_MS });
  return outcome;
}

function outcomeOf(ordered: Result<true>): StopOutcome {
  if (ordered.kind === "failed" || ordered.kind === "unknown") return { kind: "failed", reason: ordered.reason };
  return { kind: "stopping" };
}
