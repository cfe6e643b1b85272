import type { ListOutcome, Workload } from "../platform-service.ts";
import { isUp, workloadOf } from "./application-state.ts";
import type { CoolifyContext } from "./coolify-context.ts";
import type { CoolifyApplication, CoolifyDeployment } from "./coolify-records.ts";
import { isOurs } from "./ownership.ts";

/**
 * Every application that bears our mark. One call lists them and one the deployments under way; only those that
 * show no container and are not being deployed take a call each, to tell inert from over, until they are known to be.
 */
export async function listApplications(
  context: CoolifyContext,
  nowMs: number,
  signal: AbortSignal,
): Promise<ListOutcome> {
  const listed = await context.api.listApplications(signal);
  if (listed.kind !== "ok") return failed(listed);
  const ours = listed.value.filter((application) => isOurs(application, context.settings.installationId));
  context.over.keepOnly(new Set(ours.map(({ uuid }) => uuid)));
  if (ours.length === 0) return { kind: "listed", workloads: [] };
  const active = await context.api.activeDeployments(signal);
  if (active.kind !== "ok") return failed(active);
  const workloads: Workload[] = [];
  for (const application of ours) {
    const deployments = await deploymentsOf(context, application, active.value, signal);
    if (!Array.isArray(deployments)) return deployments;
    const stop = context.stops.get(application.uuid);
    workloads.push(workloadOf({ application, deployments, stop, nowMs }, context.settings));
  }
  return { kind: "listed", workloads };
}

async function deploymentsOf(
  context: CoolifyContext,
  application: CoolifyApplication,
  active: readonly CoolifyDeployment[],
  signal: AbortSignal,
): Promise<CoolifyDeployment[] | ListOutcome> {
  const { uuid } = application;
  const underWay = active.filter((deployment) => deployment.application_name === application.name);
  if (underWay.length > 0) context.over.note(uuid, underWay);
  if (underWay.length > 0 || isUp(application)) return underWay;
  const known = context.over.get(uuid);
  if (known !== null) return known;
  const own = await context.api.deploymentsOf(uuid, signal);
  if (own.kind === "ok") {
    context.over.note(uuid, own.value);
    return own.value;
  }
  // Deleted between the two calls: it was there when it was listed, and that is what a listing says.
  return own.kind === "absent" ? [] : failed(own);
}

function failed(result: { kind: string; reason?: string }): ListOutcome {
  return { kind: "failed", reason: result.reason ?? "Coolify: a listing is not there" };
}
