import { type EmulatorRequest, type EmulatorResponse, InvalidJsonError, parseJson } from "../runtime/http-message.ts";
import { authenticate, authorize, type Caller, reviewAccess, type Tokens } from "./authorization.ts";
import { deleteObject, patchObject } from "./change-objects.ts";
import type { Cluster } from "./cluster.ts";
import { type ControlPlane, changeHooks } from "./control-plane.ts";
import { createObject } from "./create-objects.ts";
import { discover, VERSION } from "./discovery.ts";
import { type Lister, parseSelection } from "./list-pages.ts";
import { getNamedThing } from "./named-things.ts";
import { readPodLog } from "./pod-log.ts";
import { refreshQuota } from "./quota.ts";
import { findRoute, type Route } from "./routing.ts";
import { badRequest, methodNotAllowed, notFound, StatusError, toResponse, unknownPath } from "./status-errors.ts";
import type { Watches } from "./watching.ts";

export interface ApiParts {
  readonly cluster: Cluster;
  readonly controlPlane: ControlPlane;
  readonly lister: Lister;
  readonly watches: Watches;
  readonly tokens: Tokens;
}

/** Answers one request of the Kubernetes API. */
export function handleApiRequest(parts: ApiParts, request: EmulatorRequest): EmulatorResponse {
  try {
    return answer(parts, request, findRoute(request));
  } catch (error) {
    if (error instanceof StatusError) return toResponse(error);
    if (error instanceof InvalidJsonError) return toResponse(badRequest(error.message));
    throw error;
  }
}

function answer(parts: ApiParts, request: EmulatorRequest, route: Route): EmulatorResponse {
  const { cluster, tokens } = parts;
  // Open to anonymous callers in a real cluster too (system:public-info-viewer).
  if (route.kind === "health") return answerHealth(cluster);
  if (route.kind === "version") return { status: 200, body: VERSION };
  const caller = authenticate(cluster, tokens, request);
  switch (route.kind) {
    case "discovery":
      return { status: 200, body: discover(request.path) };
    case "access-review":
      return reviewAccess(cluster, caller, parseJson(request));
    case "named":
      return getNamedThing(cluster, caller, route);
    case "log": {
      const { namespace, name } = route;
      authorize(cluster, caller, { verb: "get", resource: "pods", subresource: "log", namespace, name });
      return readPodLog(cluster, parts.controlPlane.kubelet, route, request.query);
    }
    case "resource":
      return answerResource(parts, request, route, caller);
    case "wrong-method":
      throw methodNotAllowed();
    case "unknown":
      throw unknownPath();
  }
}

function answerResource(
  { cluster, controlPlane, lister, watches }: ApiParts,
  request: EmulatorRequest,
  route: Extract<Route, { kind: "resource" }>,
  caller: Caller,
): EmulatorResponse {
  const { verb, resource, namespace } = route;
  authorize(cluster, caller, route);
  if (resource === "resourcequotas") refreshQuota(cluster);
  switch (verb) {
    case "list":
      return { status: 200, body: lister.list(parseSelection(resource, namespace, request.query), request.query) };
    case "watch":
      return watches.open(parseSelection(resource, namespace, request.query), request.query);
    case "create":
      return createObject(cluster, request, resource, namespace ?? "");
    default: {
      const target = { resource, namespace: namespace ?? "", name: route.name ?? "" };
      if (verb === "patch") return patchObject(cluster, request, target);
      if (verb === "delete") return deleteObject(cluster, request, target, changeHooks(controlPlane));
      const object = cluster.store.get(resource, target.namespace, target.name);
      if (object === undefined) throw notFound(resource, target.name);
      return { status: 200, body: object };
    }
  }
}

function answerHealth(cluster: Cluster): EmulatorResponse {
  if (cluster.settings.get().ready) return { status: 200, body: "ok" };
  return { status: 500, body: "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n" };
}
