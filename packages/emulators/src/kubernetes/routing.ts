import type { EmulatorRequest } from "../runtime/http-message.ts";
import { RESOURCES, type Resource } from "./objects.ts";

export type Verb = "create" | "get" | "list" | "watch" | "patch" | "delete";

/** What a request wants, before anything is decided about it. */
export type Route =
  | {
      readonly kind: "resource";
      readonly verb: Verb;
      readonly resource: Resource;
      readonly namespace: string | null;
      readonly name: string | null;
    }
  | { readonly kind: "log"; readonly namespace: string; readonly name: string }
  | {
      /** A thing of which only its name is known. */
      readonly kind: "named";
      readonly resource: "serviceaccounts" | "priorityclasses";
      readonly namespace: string | null;
      readonly name: string;
    }
  | { readonly kind: "access-review" }
  | { readonly kind: "health" }
  | { readonly kind: "version" }
  | { readonly kind: "discovery" }
  | { readonly kind: "wrong-method" }
  | { readonly kind: "unknown" };

const RESOURCE_PATH = /^\/(?:api\/v1|apis\/batch\/v1)(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(?:\/(log))?$/;
const SERVICE_ACCOUNT_PATH = /^\/api\/v1\/namespaces\/([^/]+)\/serviceaccounts\/([^/]+)$/;
const PRIORITY_CLASS_PATH = /^\/apis\/scheduling\.k8s\.io\/v1\/priorityclasses\/([^/]+)$/;
const DISCOVERY_PATHS = ["/api", "/apis", "/api/v1", "/apis/batch/v1", "/apis/authorization.k8s.io/v1"];
const HEALTH_PATHS = ["/readyz", "/livez", "/healthz"];

export function findRoute(request: EmulatorRequest): Route {
  const { path, method } = request;
  if (HEALTH_PATHS.includes(path)) return { kind: "health" };
  if (path === "/version") return { kind: "version" };
  if (DISCOVERY_PATHS.includes(path)) return { kind: "discovery" };
  if (path === "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews") {
    return method === "POST" ? { kind: "access-review" } : { kind: "wrong-method" };
  }
  return findNamed(request) ?? findResource(request);
}

function findResource(request: EmulatorRequest): Route {
  const { path, method } = request;
  const match = RESOURCE_PATH.exec(path);
  if (match === null) return { kind: "unknown" };
  const [, namespace = null, resource = "", encodedName, subresource] = match;
  const name = encodedName === undefined ? null : decodeURIComponent(encodedName);
  if (!isResource(resource) || path.startsWith("/apis/batch/") !== (RESOURCES[resource].group === "batch")) {
    return { kind: "unknown" };
  }
  if (subresource === "log") {
    if (resource !== "pods" || namespace === null || name === null) return { kind: "unknown" };
    return method === "GET" ? { kind: "log", namespace, name } : { kind: "wrong-method" };
  }
  const verb = findVerb(request, name);
  if (verb === null || (namespace === null && (name !== null || verb === "create"))) return { kind: "wrong-method" };
  return { kind: "resource", verb, resource, namespace, name };
}

function findNamed({ path, method }: EmulatorRequest): Route | null {
  const [, namespace = null, account] = SERVICE_ACCOUNT_PATH.exec(path) ?? [];
  const name = account ?? PRIORITY_CLASS_PATH.exec(path)?.[1];
  if (name === undefined) return null;
  if (method !== "GET") return { kind: "wrong-method" };
  const resource = account === undefined ? "priorityclasses" : "serviceaccounts";
  return { kind: "named", resource, namespace, name: decodeURIComponent(name) };
}

function findVerb({ method, query }: EmulatorRequest, name: string | null): Verb | null {
  if (name === null) {
    if (method === "POST") return "create";
    if (method !== "GET") return null;
    return ["true", "1"].includes(query.get("watch") ?? "") ? "watch" : "list";
  }
  if (method === "GET") return "get";
  if (method === "PATCH") return "patch";
  return method === "DELETE" ? "delete" : null;
}

function isResource(value: string): value is Resource {
  return Object.hasOwn(RESOURCES, value);
}

/** The request's name for faults and the log, such as `create-job`, and the object it is about. */
export function identifyRequest(request: EmulatorRequest): { operation: string; name: string | null } {
  const route = findRoute(request);
  if (route.kind === "log") return { operation: "read-pod-log", name: route.name };
  if (route.kind === "named") return { operation: `get-${route.resource}`, name: route.name };
  if (route.kind !== "resource") return { operation: route.kind, name: null };
  const { verb, resource } = route;
  const isPlural = verb === "list" || verb === "watch";
  const name = verb === "create" ? readNameOfBody(request.text) : route.name;
  return { operation: `${verb}-${isPlural ? resource : resource.slice(0, -1)}`, name };
}

function readNameOfBody(text: string): string | null {
  try {
    const { metadata } = JSON.parse(text) as { metadata?: { name?: unknown } };
    return typeof metadata?.name === "string" ? metadata.name : null;
  } catch {
    return null;
  }
}
