import type { V1ContainerStatus, V1Pod, V1PodCondition } from "@kubernetes/client-node";
import type { Workload } from "../platform-service.ts";
import { BOT_CONTAINER } from "./kubernetes-names.ts";

/** Reasons with which a pod, or its disruption, is the infrastructure's doing (pod.status.reason, conditions). */
const INFRASTRUCTURE_REASONS = new Set([
  "Evicted",
  "NodeLost",
  "NodeShutdown",
  "Terminated",
  "Shutdown",
  "Preempting",
  "UnexpectedAdmissionError",
  "ContainerStatusUnknown",
]);

/** Client-node gives dates from lists and strings from watches; milliseconds since 1970, or null. */
export function readTimeMs(time: Date | string | undefined | null): number | null {
  if (time === undefined || time === null) return null;
  const ms = new Date(time).getTime();
  return Number.isNaN(ms) ? null : ms;
}

export function findCondition(pod: V1Pod, type: string): V1PodCondition | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === type);
}

export function allContainers(pod: V1Pod): V1ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/**
 * Whether the pod has positively ended: its phase is final and no container is said to run. Pod garbage collection
 * writes phase Failed on the pods of a node that is no longer known, without anybody having seen their containers
 * end: such a pod still shows a running container, and does not count.
 */
export function hasEnded(pod: V1Pod): boolean {
  const phase = pod.status?.phase;
  if (phase !== "Succeeded" && phase !== "Failed") return false;
  if (pod.status?.reason === "NodeLost") return false;
  return allContainers(pod).every((container) => container.state?.running === undefined);
}

/** How long after its last grace a pod may be said to run by a kubelet that is merely slow. */
const KUBELET_SLACK_MS = 60_000;

/**
 * Whether the pod is being deleted on a node that does not answer: nobody can say whether its containers run. The node
 * itself is not asked, as that takes a role of the whole cluster: the taint manager's mark says it, or the kubelet's not
 * having confirmed an end whose grace period (which `deletionTimestamp` includes) is long over.
 */
export function isOnLostNode(pod: V1Pod, nowMs: number): boolean {
  const deletedMs = readTimeMs(pod.metadata?.deletionTimestamp);
  if (deletedMs === null || hasEnded(pod)) return false;
  if (allContainers(pod).every((container) => container.state?.running === undefined)) return false;
  const disruption = findCondition(pod, "DisruptionTarget");
  const isTainted = disruption?.status === "True" && disruption.reason === "DeletionByTaintManager";
  return isTainted || pod.status?.reason === "NodeLost" || nowMs - deletedMs > KUBELET_SLACK_MS;
}

/** That infrastructure takes a pod away which still runs; its reason in words, or undefined. */
export function describeReclaim(pod: V1Pod): string | undefined {
  const disruption = findCondition(pod, "DisruptionTarget");
  if (disruption?.status !== "True" || hasEnded(pod)) return undefined;
  const reason = disruption.reason ?? "DisruptionTarget";
  return disruption.message ? `${reason}: ${disruption.message}` : reason;
}

export function newestFirst(pods: readonly V1Pod[]): V1Pod[] {
  const createdMs = (pod: V1Pod) => readTimeMs(pod.metadata?.creationTimestamp) ?? 0;
  return [...pods].sort((a, b) => createdMs(b) - createdMs(a));
}

/** Whether the bot's container runs, or ran. */
export function hasRun(pod: V1Pod): boolean {
  const state = botContainer(pod)?.state;
  if (state?.running !== undefined) return true;
  return state?.terminated !== undefined && !neverRan(state.terminated.reason);
}

/** How an ended pod ended. */
export function describeEnd(pod: V1Pod): NonNullable<Workload["end"]> {
  const terminated = botContainer(pod)?.state?.terminated;
  const disruption = findCondition(pod, "DisruptionTarget");
  const disrupted = disruption?.status === "True";
  const podReason = pod.status?.reason;
  const reasons = [
    podReason,
    terminated?.reason,
    disrupted ? (disruption?.reason ?? "DisruptionTarget") : undefined,
    pod.status?.message ?? terminated?.message,
  ].filter((reason) => reason !== undefined && reason !== "");
  return {
    exitCode: terminated?.exitCode ?? null,
    reason: reasons.length > 0 ? reasons.join(": ") : `the pod is ${pod.status?.phase ?? "of unknown phase"}`,
    infrastructure: disrupted || isInfrastructure(podReason) || isInfrastructure(terminated?.reason),
  };
}

/** Exit 128 with these reasons: the runtime could not start the container. */
export function neverRan(reason: string | undefined): boolean {
  return reason === "StartError" || reason === "ContainerCannotRun";
}

function isInfrastructure(reason: string | undefined): boolean {
  return reason !== undefined && (INFRASTRUCTURE_REASONS.has(reason) || reason.startsWith("OutOf"));
}

export function botContainer(pod: V1Pod): V1ContainerStatus | undefined {
  return pod.status?.containerStatuses?.find((container) => container.name === BOT_CONTAINER);
}
