import { findSentinel } from "../runtime/sentinels.ts";
import type { Cluster } from "./cluster.ts";
import type { Pod } from "./objects.ts";
import { checkQuota } from "./quota.ts";
import { forbidden, type StatusError } from "./status-errors.ts";

/** Why the API server refuses the pod a Job controller posts, or null. It shows only as a FailedCreate event. */
export function findPodRefusal(cluster: Cluster, pod: Pod): StatusError | null {
  const { name } = pod.metadata;
  const sentinels = pod.spec.containers.map(({ image }) => findSentinel("kubernetes", image)?.tag);
  if (sentinels.includes("pod-security")) {
    const why = 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false, runAsNonRoot != true';
    return forbidden("pods", name, why);
  }
  if (sentinels.includes("pod-quota")) {
    return forbidden("pods", name, "exceeded quota: compute-quota, requested: pods=1, used: pods=0, limited: pods=0");
  }
  return checkQuota(cluster, "pods", name);
}
