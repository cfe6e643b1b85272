import type { StartOutcome } from "../platform-service.ts";
import { failureOfDeployment } from "./application-state.ts";
import type { Failed } from "./coolify-api.ts";
import { type CoolifyContext, loadApplication } from "./coolify-context.ts";
import type { DeployOrder } from "./coolify-records.ts";

const GONE: StartOutcome = {
  kind: "failed",
  class: "transient",
  reason: "Coolify: the application is not there any more",
};

/**
 * Deploys an application once. A second deployment would put a second container beside the first, so its
 * deployments are read first. Coolify itself only joins one that is still queued or in progress: a first order that
 * arrives after its answer was given up, and is done by the time of the second, does get that second container,
 * which the claim then refuses.
 */
export async function startApplication(
  context: CoolifyContext,
  ref: { launchKey: string; identifier: string | null },
  signal: AbortSignal,
): Promise<StartOutcome> {
  if (ref.identifier) return startByUuid(context, ref.identifier, signal);
  const loaded = await loadApplication(context, ref, signal);
  if (loaded.kind === "absent") return GONE;
  return loaded.kind === "ok" ? startByUuid(context, loaded.value.uuid, signal) : unknown(loaded);
}

async function startByUuid(context: CoolifyContext, uuid: string, signal: AbortSignal): Promise<StartOutcome> {
  const already = await lookAtDeployments(context, uuid, signal);
  if (already) return already;
  const first = await orderDeployment(context, uuid, signal);
  if (first.kind !== "unknown") return first;
  const effect = await lookAtDeployments(context, uuid, signal);
  return effect ?? orderDeployment(context, uuid, signal);
}

/** What the application's newest deployment says of a start; null when there is none. */
async function lookAtDeployments(
  context: CoolifyContext,
  uuid: string,
  signal: AbortSignal,
): Promise<StartOutcome | null> {
  const deployments = await context.api.deploymentsOf(uuid, signal);
  if (deployments.kind === "absent") return GONE;
  if (deployments.kind !== "ok") return unknown(deployments);
  const [newest] = deployments.value;
  if (!newest) return null;
  const failure = failureOfDeployment(newest);
  return failure ? { kind: "failed", ...failure } : { kind: "started" };
}

async function orderDeployment(context: CoolifyContext, uuid: string, signal: AbortSignal): Promise<StartOutcome> {
  const ordered = await context.api.deploy(uuid, signal);
  if (ordered.kind === "absent") return GONE;
  if (ordered.kind !== "ok") return ordered;
  return confirmDeployment(context, uuid, ordered.value, signal);
}

/** Coolify answers with uuids of deployments that it did not make: when one is queued already, or none fits. */
async function confirmDeployment(
  context: CoolifyContext,
  uuid: string,
  order: DeployOrder,
  signal: AbortSignal,
): Promise<StartOutcome> {
  const deployment = order.deployment_uuid
    ? await context.api.deploymentExists(order.deployment_uuid, signal)
    : { kind: "absent" as const };
  if (deployment.kind === "ok") return { kind: "started" };
  if (deployment.kind !== "absent") return unknown(deployment);
  const effect = await lookAtDeployments(context, uuid, signal);
  const reason = `Coolify queued no deployment: ${order.message ?? "no reason given"}`;
  return effect ?? { kind: "failed", class: "capacity", reason };
}

/** A look-up that fails, however definitely, says nothing about an earlier order. */
function unknown(failure: Failed): StartOutcome {
  return { kind: "unknown", reason: failure.reason };
}
