import type { EmulatorRequest, EmulatorResponse } from "../runtime/http-message.ts";
import type { Cluster } from "./cluster.ts";
import { RESOURCES, type Resource } from "./objects.ts";
import { badRequest, StatusError, unauthorized } from "./status-errors.ts";

const USER = "system:serviceaccount:milo:milo";

/** The namespaced Role of the token: just what a control plane needs. The admin token may do everything. */
const ROLE: Readonly<Record<string, readonly string[]>> = {
  jobs: ["create", "get", "list", "watch", "delete", "patch"],
  pods: ["get", "list", "watch"],
  "pods/log": ["get"],
  events: ["list", "watch"],
  secrets: ["create", "delete", "patch"],
  resourcequotas: ["get", "list"],
};

export interface Tokens {
  readonly token: string;
  readonly adminToken: string;
}

export interface Caller {
  readonly isAdmin: boolean;
}

/** Throws the 401 of a missing, wrong or expired token. */
export function authenticate(cluster: Cluster, tokens: Tokens, request: EmulatorRequest): Caller {
  const { authorization } = request.headers;
  if (authorization === `Bearer ${tokens.adminToken}`) return { isAdmin: true };
  if (authorization !== `Bearer ${tokens.token}` || !cluster.settings.get().tokenValid) throw unauthorized();
  return { isAdmin: false };
}

export interface Access {
  readonly verb: string;
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | null;
}

export function isAllowed(cluster: Cluster, caller: Caller, access: Access): boolean {
  if (caller.isAdmin) return true;
  if (access.namespace !== null && access.namespace !== cluster.namespace) return false;
  if (isListed(cluster.settings.get().granted, access)) return true;
  if (access.namespace === null) return false;
  const [resource = ""] = access.resource.split("/");
  if (access.group !== (resource === "jobs" ? "batch" : "")) return false;
  if (isListed(cluster.settings.get().denied, access)) return false;
  return ROLE[access.resource]?.includes(access.verb) ?? false;
}

function isListed(verbs: string, { verb, resource }: Access): boolean {
  return verbs.split(",").some((text) => text.trim() === `${verb} ${resource}`);
}

/** Throws the 403 of a role that lacks the verb. */
export function authorize(
  cluster: Cluster,
  caller: Caller,
  access: { verb: string; resource: Resource; namespace: string | null; name: string | null; subresource?: string },
): void {
  const { resource, subresource } = access;
  const { group } = RESOURCES[resource];
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  requireAccess(cluster, caller, { ...access, resource: full, group, kind: resource });
}

/** The same for any resource; `kind` is its name without a subresource. */
export function requireAccess(
  cluster: Cluster,
  caller: Caller,
  access: Access & { name: string | null; kind: string },
): void {
  if (isAllowed(cluster, caller, access)) return;
  const { verb, resource: full, group, namespace, name, kind } = access;
  const qualified = group === "" ? kind : `${kind}.${group}`;
  const subject = name === null ? qualified : `${qualified} "${name}"`;
  const scope = namespace === null ? "at the cluster scope" : `in the namespace "${namespace}"`;
  const message =
    `${subject} is forbidden: User "${USER}" cannot ${verb} resource "${full}" ` + `in API group "${group}" ${scope}`;
  const details = { ...(name === null ? {} : { name }), ...(group === "" ? {} : { group }), kind };
  throw new StatusError(403, "Forbidden", message, details);
}

/** Answers a SelfSubjectAccessReview for one resource. */
export function reviewAccess(cluster: Cluster, caller: Caller, body: unknown): EmulatorResponse {
  const { spec } = (body ?? {}) as { spec?: { resourceAttributes?: Partial<Access> & { subresource?: string } } };
  const wanted = spec?.resourceAttributes;
  if (wanted === undefined) throw badRequest("spec.resourceAttributes is required");
  const { verb = "", group = "", namespace = null, subresource } = wanted;
  const resource = subresource ? `${wanted.resource}/${subresource}` : (wanted.resource ?? "");
  const allowed = isAllowed(cluster, caller, { verb, group, namespace: namespace || null, resource });
  const status = allowed ? { allowed, reason: "RBAC: allowed by RoleBinding" } : { allowed };
  const type = { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1" };
  return { status: 201, body: { ...type, metadata: {}, spec, status } };
}
