import type { EmulatorResponse } from "../runtime/http-message.ts";
import type { CoolifyCall, CoolifyContext } from "./context.ts";
import type { Application, Deployment } from "./model.ts";
import { CoolifyApiError, ok, refuse } from "./responses.ts";
import { makeUuid } from "./store.ts";
import { viewDeployment } from "./views.ts";

const SKIPPED_MESSAGE = "Deployment already queued for this commit.";
const QUEUE_FULL_MESSAGE = "Deployment queue is full. Please wait for existing deployments to complete.";
const DEFAULT_PAGE = 10;

function isTrue(value: unknown): boolean {
  return value === true || value === "true" || value === "1";
}

/** `/deploy` by uuid or tag, from the query or the body. Only here a full queue is an error. */
export function deploy(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const read = (name: string): unknown => call.query.get(name) ?? call.body?.[name];
  const [uuids, tags] = [read("uuid"), read("tag")];
  if (uuids && tags) throw refuse(400, "You can only use uuid or tag, not both.");
  if (!uuids && !tags) throw refuse(400, "You must provide uuid or tag.");
  const forceRebuild = isTrue(read("force"));
  const names = String(uuids ?? tags)
    .split(",")
    .filter(Boolean);
  const applications = [...context.store.applications.values()].filter((application) =>
    uuids ? names.includes(application.uuid) : application.tags.some((tag) => names.includes(tag)),
  );
  if (applications.length === 0) throw refuse(404, uuids ? "No resources found." : "No resources found with this tag.");
  const deployments = applications.map((application) => deployOne(context, application, forceRebuild));
  if (uuids) return ok({ deployments });
  return ok({
    message: deployments.map(({ message }) => message),
    details: deployments.map(({ resource_uuid, deployment_uuid }) => ({ resource_uuid, deployment_uuid })),
  });
}

// The uuid is made before the queue is asked, and is given back even when no deployment came of it.
function deployOne(context: CoolifyContext, application: Application, forceRebuild: boolean) {
  const result = context.queue.add(application, { forceRebuild });
  if (result.kind === "queue-full") {
    throw new CoolifyApiError(429, { message: QUEUE_FULL_MESSAGE }, { "retry-after": "60" });
  }
  const isQueued = result.kind === "queued";
  return {
    message: isQueued ? `Application ${application.name} deployment queued.` : SKIPPED_MESSAGE,
    resource_uuid: application.uuid,
    deployment_uuid: isQueued ? result.deployment.uuid : makeUuid(),
  };
}

/** `/applications/{uuid}/start`: a full queue is not noticed; the uuid of the answer then belongs to nothing. */
export function startApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  const result = context.queue.add(application, {
    forceRebuild: isTrue(call.query.get("force")),
    instantly: isTrue(call.query.get("instant_deploy")),
  });
  if (result.kind === "skipped") return ok({ message: SKIPPED_MESSAGE });
  const uuid = result.kind === "queued" ? result.deployment.uuid : makeUuid();
  return ok({ message: "Deployment request queued.", deployment_uuid: uuid });
}

export function restartApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  const result = context.queue.add(application, { restartOnly: true });
  if (result.kind === "skipped") return ok({ message: SKIPPED_MESSAGE });
  const uuid = result.kind === "queued" ? result.deployment.uuid : makeUuid();
  return ok({ message: "Restart request queued.", deployment_uuid: uuid });
}

function requireDeployment(context: CoolifyContext, uuid: string): Deployment {
  const deployment = context.store.deployments.find((one) => one.uuid === uuid);
  if (deployment === undefined) throw refuse(404, "Deployment not found.");
  return deployment;
}

export function getDeployment(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  return ok(viewDeployment(requireDeployment(context, call.uuid), call.token));
}

/**
 * All open deployments. Coolify sorts them by id but keeps the keys of the database's order, in which a changed row
 * moves to the end: as soon as the two differ, the JSON is an object instead of an array.
 */
export function listDeployments(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const open = context.store.deployments.filter(({ status }) => status === "queued" || status === "in_progress");
  const inDatabaseOrder = open.toSorted((a, b) => a.updatedAtMs - b.updatedAtMs);
  const keyed = open.map((deployment) => [inDatabaseOrder.indexOf(deployment), deployment] as const);
  const views = keyed.map(([key, deployment]) => [key, viewDeployment(deployment, call.token)] as const);
  if (keyed.every(([key], index) => key === index)) return ok(views.map(([, view]) => view));
  // A JavaScript object would sort integer keys, PHP does not.
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: `{${views.map(([key, view]) => `"${key}":${JSON.stringify(view)}`).join(",")}}`,
  };
}

export function listApplicationDeployments(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  const skip = Number(call.query.get("skip") ?? 0);
  const take = Number(call.query.get("take") ?? DEFAULT_PAGE);
  const all = context.store.deployments.filter(({ applicationId }) => applicationId === application.id).toReversed();
  const page = all.slice(skip, skip + take);
  return ok({ count: all.length, deployments: page.map((deployment) => viewDeployment(deployment, call.token)) });
}

export function cancelDeployment(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const deployment = requireDeployment(context, call.uuid);
  if (!context.queue.cancel(deployment)) {
    throw refuse(400, `Deployment cannot be cancelled. Current status: ${deployment.status}`);
  }
  return ok({
    message: "Deployment cancelled successfully.",
    deployment_uuid: deployment.uuid,
    status: deployment.status,
  });
}
