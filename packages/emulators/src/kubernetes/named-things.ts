import type { EmulatorResponse } from "../runtime/http-message.ts";
import { type Caller, requireAccess } from "./authorization.ts";
import type { Cluster } from "./cluster.ts";
import type { Route } from "./routing.ts";
import { StatusError } from "./status-errors.ts";

const KINDS = {
  serviceaccounts: { group: "", kind: "ServiceAccount", apiVersion: "v1", setting: "serviceAccounts" },
  priorityclasses: {
    group: "scheduling.k8s.io",
    kind: "PriorityClass",
    apiVersion: "scheduling.k8s.io/v1",
    setting: "priorityClasses",
  },
} as const;

/** Answers whether a service account or priority class is among those that the settings name. */
export function getNamedThing(
  cluster: Cluster,
  caller: Caller,
  { resource, namespace, name }: Extract<Route, { kind: "named" }>,
): EmulatorResponse {
  const { group, kind, apiVersion, setting } = KINDS[resource];
  requireAccess(cluster, caller, { verb: "get", resource, group, namespace, name, kind: resource });
  const names = cluster.settings.get()[setting].split(",");
  if (names.includes(name)) {
    return { status: 200, body: { kind, apiVersion, metadata: { name, ...(namespace ? { namespace } : {}) } } };
  }
  const qualified = group === "" ? resource : `${resource}.${group}`;
  throw new StatusError(404, "NotFound", `${qualified} "${name}" not found`, { name, kind: resource });
}
