import type { Cluster } from "./cluster.ts";
import { formatTime, isPodFinished } from "./objects.ts";
import { forbidden, type StatusError } from "./status-errors.ts";

export const QUOTA_NAME = "compute-quota";

type CountedResource = "jobs" | "pods";
const QUOTA_KEYS: Record<CountedResource, string> = { jobs: "count/jobs.batch", pods: "pods" };

/** Whether one more object fits the quota. Finished Jobs count until they are deleted; finished pods do not count. */
export function checkQuota(cluster: Cluster, resource: CountedResource, name: string): StatusError | null {
  const limit = readLimits(cluster)[resource];
  const used = countUsed(cluster, resource);
  if (limit === null || used + 1 <= limit) return null;
  const key = QUOTA_KEYS[resource];
  const why = `exceeded quota: ${QUOTA_NAME}, requested: ${key}=1, used: ${key}=${used}, limited: ${key}=${limit}`;
  return forbidden(resource, name, why);
}

/** Makes the stored ResourceQuota say what the settings and the objects say; without a limit there is none. */
export function refreshQuota(cluster: Cluster): void {
  const { store, namespace, clock } = cluster;
  const key = { namespace, name: QUOTA_NAME };
  const hard: Record<string, string> = {};
  const used: Record<string, string> = {};
  for (const resource of ["jobs", "pods"] as const) {
    const limit = readLimits(cluster)[resource];
    if (limit === null) continue;
    hard[QUOTA_KEYS[resource]] = String(limit);
    used[QUOTA_KEYS[resource]] = String(countUsed(cluster, resource));
  }
  if (Object.keys(hard).length === 0) {
    store.remove("resourcequotas", key);
    return;
  }
  const updated = store.update("resourcequotas", key, (draft) => {
    draft.spec = { hard };
    draft.status = { hard, used };
  });
  if (updated !== undefined) return;
  const metadata = { ...key, uid: "", creationTimestamp: formatTime(clock()) };
  store.add("resourcequotas", {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata,
    spec: { hard },
    status: { hard, used },
  });
}

function readLimits(cluster: Cluster): Record<CountedResource, number | null> {
  const { quotaJobs, quotaPods } = cluster.settings.get();
  return { jobs: quotaJobs, pods: quotaPods };
}

function countUsed(cluster: Cluster, resource: CountedResource): number {
  if (resource === "jobs") return cluster.store.list("jobs").length;
  return cluster.store.list("pods").filter((pod) => !isPodFinished(pod)).length;
}
