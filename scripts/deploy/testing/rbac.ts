import type { Manifest } from "./manifests.ts";

type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] };

/** The rights of a Role, one a line, such as `create batch/jobs`; sorted. */
export function rightsOfRole(role: Manifest): string[] {
  const rules = role.rules as Rule[];
  const rights = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => formatRight(verb, group, resource))),
    ),
  );
  return rights.sort();
}

const RESOURCE_PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v1\/namespaces\/(?<namespace>[^/]+)\/(?<resource>[a-z]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>[a-z]+))?)?$/;
/** Every authenticated caller may ask for these (ClusterRole system:public-info-viewer). */
const OPEN_PATHS = ["/readyz"];

/**
 * The right a request needs and the namespace it needs it in, by Kubernetes' own rules (Authorization: "Determine the
 * request verb"); null for one that needs none. Throws for a path that is no namespaced resource.
 */
export function rightOfRequest(request: { method: string; path: string }): { right: string; namespace: string } | null {
  const { pathname, searchParams } = new URL(request.path, "http://cluster");
  if (OPEN_PATHS.includes(pathname)) return null;
  const { group = "", namespace, resource, name, sub } = RESOURCE_PATH.exec(pathname)?.groups ?? {};
  if (namespace === undefined || resource === undefined) throw new Error(`${pathname} is no namespaced resource`);
  const isWatch = searchParams.get("watch") === "true";
  const verb = verbOf(request.method, name !== undefined, isWatch);
  return { right: formatRight(verb, group, sub === undefined ? resource : `${resource}/${sub}`), namespace };
}

function verbOf(method: string, hasName: boolean, isWatch: boolean): string {
  if (method === "GET") return hasName ? "get" : isWatch ? "watch" : "list";
  if (method === "DELETE") return hasName ? "delete" : "deletecollection";
  const verb = { POST: "create", PUT: "update", PATCH: "patch" }[method];
  if (verb === undefined) throw new Error(`${method} has no verb`);
  return verb;
}

/** `create batch/jobs`; the core group has no name. */
export function formatRight(verb: string, group: string, resource: string): string {
  return `${verb} ${group === "" ? "" : `${group}/`}${resource}`;
}
