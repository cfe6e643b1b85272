import type { EmulatorResponse } from "../runtime/http-message.ts";
import { findSentinel } from "../runtime/sentinels.ts";
import type { CoolifyCall, CoolifyContext } from "./context.ts";
import { createApplication as createApplicationRow } from "./create-application.ts";
import { upsertEnvironment } from "./environment-variables.ts";
import type { Application } from "./model.ts";
import { ok, refuse } from "./responses.ts";
import { hasGate } from "./version.ts";
import { viewApplication, viewEnvironmentVariable } from "./views.ts";

function requireBody(call: CoolifyCall): Record<string, unknown> {
  if (call.body === undefined || Object.keys(call.body).length === 0) throw refuse(400, "Invalid request.");
  return call.body;
}

export function createApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const body = requireBody(call);
  const application = createApplicationRow({ ...context, nowMs: context.clock() }, body);
  context.record("created", application.uuid);
  if (body.instant_deploy === true) context.queue.add(application, {});
  return ok({ uuid: application.uuid, domains: application.domain }, 201);
}

export function updateEnvironment(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const body = requireBody(call);
  const application = context.store.requireApplication(call.uuid);
  const written = upsertEnvironment(context.store, application, body, context.clock());
  return ok(
    written.map((variable) => viewEnvironmentVariable(variable, application, call.token)),
    201,
  );
}

export function listEnvironment(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  return ok(application.environment.map((variable) => viewEnvironmentVariable(variable, application, call.token)));
}

export function listApplications(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  // Older versions do not know the parameter and answer with everything.
  const tag = hasGate(context.version, "deployAbility") ? call.query.get("tag") : null;
  const all = [...context.store.applications.values()];
  const found = tag === null ? all : all.filter(({ tags }) => tags.includes(tag));
  return ok(found.map((application) => show(context, application)));
}

export function getApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  return ok(show(context, context.store.requireApplication(call.uuid)));
}

function show(context: CoolifyContext, application: Application) {
  return viewApplication(application, context.watcher.read(application), context.settings().serverFunctional);
}

/** Answers at once; the stop itself is a job that does nothing when the server cannot be reached. */
export function stopApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  context.jobs.later(context.settings().jobDelayMs, () => stopContainers(context, application));
  return ok({ message: "Application stopping request queued." });
}

async function stopContainers(context: CoolifyContext, application: Application): Promise<void> {
  if (!context.settings().serverFunctional) return;
  if (findSentinel("coolify", application.image)?.tag === "stop-ignored") return;
  const containers = context.host.containersOf(application.uuid);
  const graceMs = application.stopGracePeriodS * 1000;
  await Promise.all(containers.map((container) => context.host.remove(container, graceMs)));
}

/** Answers at once; the row goes when the job is done, also when the container could not be stopped. */
export function deleteApplication(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  context.jobs.later(context.settings().jobDelayMs, async () => {
    await stopContainers(context, application);
    if (context.store.applications.delete(application.uuid)) context.record("removed", application.uuid);
  });
  return ok({ message: "Application deletion request queued." });
}

export function getLogs(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const application = context.store.requireApplication(call.uuid);
  const running = context.host.containersOf(application.uuid).find(({ state }) => state === "running");
  if (running?.process === undefined) throw refuse(400, "Application is not running.");
  const lines = Number(call.query.get("lines") ?? 100);
  return ok({ logs: running.process.logs(lines).join("\n") });
}
