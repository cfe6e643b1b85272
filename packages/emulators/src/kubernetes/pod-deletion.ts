import { type Cluster, keyOf } from "./cluster.ts";
import type { Kubelet } from "./kubelet.ts";
import { formatTime, isPodFinished, type Pod } from "./objects.ts";
import { readAgain } from "./pod-status.ts";

// The kubelet gives even a forced deletion this long before SIGKILL.
const SHORTEST_GRACE_SECONDS = 2;

/**
 * Deletes a pod as the API server does: a grace of its own, shortened by a later request and never prolonged; with
 * grace 0 the object goes at once although the container may still run.
 */
export function deletePod(cluster: Cluster, kubelet: Kubelet, pod: Pod, graceSeconds?: number): void {
  const current = readAgain(cluster, pod);
  if (current === undefined) return;
  const isUnbound = current.spec.nodeName === undefined;
  const wanted = graceSeconds ?? current.spec.terminationGracePeriodSeconds;
  const grace = isUnbound || isPodFinished(current) ? 0 : wanted;
  const old = current.metadata.deletionGracePeriodSeconds;
  if (old !== undefined && old <= grace) return;
  if (grace === 0) kubelet.release(current.metadata.uid);
  cluster.store.update("pods", keyOf(current), (draft) => {
    draft.metadata.deletionTimestamp = formatTime(cluster.clock() + grace * 1000);
    draft.metadata.deletionGracePeriodSeconds = grace;
    // Otherwise nothing would ever say that a pod no node has seen is over, and its finalizer would stay.
    if (isUnbound) draft.status.phase = "Failed";
  });
  if (!isUnbound && !isPodFinished(current)) kubelet.stop(current, Math.max(grace, SHORTEST_GRACE_SECONDS));
}

/** Removes the deleted pods that neither the kubelet nor a finalizer holds. */
export function removeReleasedPods(cluster: Cluster, kubelet: Kubelet): void {
  for (const pod of cluster.store.list("pods")) {
    const { deletionTimestamp, finalizers = [], uid, name } = pod.metadata;
    if (deletionTimestamp === undefined || finalizers.length > 0) continue;
    if (kubelet.find(uid)?.isReleased !== true && !isPodFinished(pod)) continue;
    cluster.store.remove("pods", keyOf(pod));
    cluster.timeline.record({ workload: name, kind: "removed" });
    if (kubelet.find(uid)?.exit !== null || kubelet.find(uid)?.container === null) kubelet.forget(uid);
  }
}
