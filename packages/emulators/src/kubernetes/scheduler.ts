import { findSentinel } from "../runtime/sentinels.ts";
import { type Cluster, keyOf, recordEvent } from "./cluster.ts";
import { formatTime, isPodFinished, type Pod, withCondition } from "./objects.ts";

export const NODE_NAME = "emulator-node";

/** Binds waiting pods to the one node, oldest first, as far as there is room; calls `onBound` for each. */
export function schedulePods(cluster: Cluster, onBound: (pod: Pod) => void): void {
  const waiting = cluster.store
    .list("pods")
    .filter((pod) => pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined)
    .sort((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  for (const pod of waiting) {
    if (hasRoom(cluster) && !isNeverSchedulable(pod)) onBound(bind(cluster, pod));
    else refuse(cluster, pod);
  }
}

function hasRoom(cluster: Cluster): boolean {
  const { nodeCapacity } = cluster.settings.get();
  if (nodeCapacity === null) return true;
  const bound = cluster.store.list("pods").filter((pod) => pod.spec.nodeName !== undefined && !isPodFinished(pod));
  return bound.length < nodeCapacity;
}

function isNeverSchedulable(pod: Pod): boolean {
  return pod.spec.containers.some(({ image }) => findSentinel("kubernetes", image)?.tag === "unschedulable");
}

function bind(cluster: Cluster, pod: Pod): Pod {
  const now = formatTime(cluster.clock());
  const bound = cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.spec.nodeName = NODE_NAME;
    draft.status.conditions = withCondition(draft.status.conditions, {
      type: "PodScheduled",
      status: "True",
      lastProbeTime: null,
      lastTransitionTime: now,
    }).map(({ type, status, lastProbeTime, lastTransitionTime }) => ({
      type,
      status,
      lastProbeTime,
      lastTransitionTime,
    }));
  });
  const { namespace, name } = pod.metadata;
  const message = `Successfully assigned ${namespace}/${name} to ${NODE_NAME}`;
  recordEvent(cluster, pod, { type: "Normal", reason: "Scheduled", message, component: "default-scheduler" });
  return bound ?? pod;
}

function refuse(cluster: Cluster, pod: Pod): void {
  const why = isNeverSchedulable(pod) ? "1 node(s) didn't match Pod's node affinity/selector" : "1 Insufficient cpu";
  const message =
    `0/1 nodes are available: ${why}. ` +
    "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";
  cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.status.conditions = withCondition(draft.status.conditions, {
      type: "PodScheduled",
      status: "False",
      reason: "Unschedulable",
      message,
      lastProbeTime: null,
      lastTransitionTime: formatTime(cluster.clock()),
    });
  });
  const isKnown = cluster.store
    .list("events")
    .some(({ involvedObject, reason }) => involvedObject.uid === pod.metadata.uid && reason === "FailedScheduling");
  if (isKnown) return;
  recordEvent(cluster, pod, { type: "Warning", reason: "FailedScheduling", message, component: "default-scheduler" });
}
