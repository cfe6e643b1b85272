import type { EmulatorResponse } from "../runtime/http-message.ts";
import type { CoolifyCall, CoolifyContext } from "./context.ts";
import { ok, refuse } from "./responses.ts";

/** `GET /servers/{uuid}`: the one docker server with its settings. */
export function getServer(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  requireServer(context, call);
  const { concurrentBuilds, deploymentQueueLimit, serverFunctional } = context.settings();
  return ok({
    id: 0,
    uuid: call.uuid,
    name: "localhost",
    description: "",
    ip: "127.0.0.1",
    user: "root",
    port: 22,
    settings: {
      id: 1,
      server_id: 0,
      concurrent_builds: concurrentBuilds,
      deployment_queue_limit: deploymentQueueLimit,
      dynamic_timeout: 3600,
      is_reachable: serverFunctional,
      is_usable: serverFunctional,
    },
  });
}

/** `GET /servers/{uuid}/destinations`. */
export function listDestinations(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  requireServer(context, call);
  return ok(
    context.placement.destinationUuids.map((uuid, index) => ({ id: index + 1, uuid, name: `network-${index}` })),
  );
}

/** `GET /projects/{uuid}`. */
export function getProject(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  requireProject(context, call.uuid);
  return ok({ id: 1, uuid: call.uuid, name: "bots", description: "" });
}

/** `GET /projects/{uuid}/{environment_name_or_uuid}`. */
export function getEnvironment(context: CoolifyContext, call: CoolifyCall): EmulatorResponse {
  const [projectUuid = "", wanted = ""] = call.uuid.split("/").map(decodeURIComponent);
  requireProject(context, projectUuid);
  const { environmentName, environmentUuid } = context.placement;
  if (wanted !== environmentName && wanted !== environmentUuid) throw refuse(404, "Environment not found.");
  return ok({ id: 1, uuid: environmentUuid, name: environmentName, project_id: 1, description: "" });
}

function requireServer(context: CoolifyContext, { uuid }: CoolifyCall): void {
  if (uuid !== context.placement.serverUuid) throw refuse(404, "Server not found.");
}

function requireProject(context: CoolifyContext, uuid: string): void {
  if (uuid !== context.placement.projectUuid) throw refuse(404, "Project not found.");
}
