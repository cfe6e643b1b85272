import type { EmulatorResponse } from "../runtime/http-message.ts";
import {
  createApplication,
  deleteApplication,
  getApplication,
  getLogs,
  listApplications,
  listEnvironment,
  stopApplication,
  updateEnvironment,
} from "./application-endpoints.ts";
import type { Ability } from "./authorization.ts";
import type { CoolifyCall, CoolifyContext } from "./context.ts";
import {
  cancelDeployment,
  deploy,
  getDeployment,
  listApplicationDeployments,
  listDeployments,
  restartApplication,
  startApplication,
} from "./deployment-endpoints.ts";
import { getEnvironment, getProject, getServer, listDestinations } from "./place-endpoints.ts";
import { hasGate } from "./version.ts";

export type Route = {
  /** The name by which faults and the request log know it. */
  operation: string;
  method: string;
  path: RegExp;
  ability: Ability;
  /** An action: versions before 4.2.0 also take GET, versions before 4.0.0 ask for `write`. */
  isAction?: boolean;
  answer: (context: CoolifyContext, call: CoolifyCall) => EmulatorResponse;
};

const APPLICATION = "/applications/([^/]+)";

function route(
  operation: string,
  method: string,
  path: string,
  ability: Ability,
  answer: Route["answer"],
  isAction = false,
): Route {
  return { operation, method, path: new RegExp(`^${path}$`), ability, answer, isAction };
}

const ROUTES: readonly Route[] = [
  route("version", "GET", "/version", "read", ({ version }) => ({
    status: 200,
    headers: { "content-type": "text/html; charset=UTF-8" },
    body: version,
  })),
  route("create", "POST", "/applications/dockerimage", "write", createApplication),
  route("update-envs", "PATCH", `${APPLICATION}/envs/bulk`, "write", updateEnvironment),
  route("list-envs", "GET", `${APPLICATION}/envs`, "read", listEnvironment),
  route("list", "GET", "/applications", "read", listApplications),
  route("get", "GET", APPLICATION, "read", getApplication),
  route("delete", "DELETE", APPLICATION, "write", deleteApplication),
  route("logs", "GET", `${APPLICATION}/logs`, "read", getLogs),
  route("start", "POST", `${APPLICATION}/start`, "deploy", startApplication, true),
  route("stop", "POST", `${APPLICATION}/stop`, "deploy", stopApplication, true),
  route("restart", "POST", `${APPLICATION}/restart`, "deploy", restartApplication, true),
  route("deploy", "POST", "/deploy", "deploy", deploy, true),
  route("list-deployments", "GET", "/deployments", "read", listDeployments),
  route("get-deployment", "GET", "/deployments/([^/]+)", "read", getDeployment),
  route("cancel", "POST", "/deployments/([^/]+)/cancel", "deploy", cancelDeployment),
  route("get-server", "GET", "/servers/([^/]+)", "read", getServer),
  route("list-destinations", "GET", "/servers/([^/]+)/destinations", "read", listDestinations),
  route("get-project", "GET", "/projects/([^/]+)", "read", getProject),
  route("get-environment", "GET", "/projects/([^/]+/[^/]+)", "read", getEnvironment),
  route("app-deployments", "GET", "/deployments/applications/([^/]+)", "read", listApplicationDeployments),
];

export type FoundRoute = { route: Route; uuid: string } | { allow: string } | undefined;

/** The route of a request, the methods that would be right for its path, or undefined. */
export function findRoute(method: string, path: string, version: string): FoundRoute {
  const onPath = ROUTES.filter((one) => one.path.test(path));
  const found = onPath.find(
    (one) =>
      one.method === method || (one.isAction === true && method === "GET" && !hasGate(version, "postOnlyActions")),
  );
  if (found !== undefined) return { route: found, uuid: found.path.exec(path)?.[1] ?? "" };
  return onPath.length > 0 ? { allow: onPath.map((one) => one.method).join(", ") } : undefined;
}

/** What the token must be able to do on this version. */
export function neededAbility({ isAction, operation, ability }: Route, version: string): Ability {
  return isAction && operation !== "deploy" && !hasGate(version, "deployAbility") ? "write" : ability;
}
