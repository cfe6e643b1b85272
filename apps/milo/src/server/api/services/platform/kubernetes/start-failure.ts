import type { V1Pod } from "@kubernetes/client-node";
import type { Workload } from "../platform-service.ts";
import { allContainers, botContainer, findCondition, neverRan, readTimeMs } from "./pod-state.ts";

export type StartFailure = NonNullable<Workload["startFailure"]>;

/** The kubelet alternates ErrImagePull and ImagePullBackOff: by then it has tried more than once. */
export const IMAGE_FAILURE_PATIENCE_MS = 30_000;
/** A pull that was seen to fail twice will not be helped by waiting longer. */
export const IMAGE_FAILURE_SIGHTINGS = 2;
/** The kubelet retries; a Secret that comes a moment after its Job is the usual passing case. */
export const CONTAINER_CONFIG_PATIENCE_MS = 20_000;
/** The Job controller makes a pod within a second; a rejected one is tried again after 10 s, 20 s, 40 s. */
export const NO_POD_PATIENCE_MS = 10_000;

/** What `findStartFailure` needs beside the pod. */
export type StartFailureContext = {
  nowMs: number;
  unschedulableGraceMs: number;
  /** How often this pod's image pull was seen to fail, this time included. */
  countImageFailure: (pod: V1Pod) => number;
};

const IMAGE_PULL_REASONS = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"]);
/** Wrong whatever one waits: the reference is malformed, or pulling is forbidden and the image is not there. */
const IMAGE_SETTING_REASONS = new Set(["InvalidImageName", "ErrImageNeverPull", "ImageInspectError"]);
const CONTAINER_REASONS = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);
/** Registry trouble that passes: 5xx, throttling, time-outs. */
const PASSING_PULL_ERROR =
  /\b5\d\d\b|toomanyrequests|too many requests|\b429\b|timeout|timed out|connection re(set|fused)|EOF/i;

/** Positive evidence that a pod will not start its bot, or undefined while it still may. */
export function findStartFailure(pod: V1Pod, context: StartFailureContext): StartFailure | undefined {
  return (
    findRejection(pod) ??
    findWaitingFailure(pod, context) ??
    findUnschedulable(pod, context.nowMs, context.unschedulableGraceMs)
  );
}

/** The node turned the pod away, or the runtime could not start the container: it ended before it ran. */
function findRejection(pod: V1Pod): StartFailure | undefined {
  const reason = pod.status?.reason ?? "";
  if (pod.status?.phase === "Failed" && /^OutOf/.test(reason)) {
    return { class: "capacity", reason: `The node had no room for the pod: ${pod.status.message ?? reason}` };
  }
  const terminated = botContainer(pod)?.state?.terminated;
  if (terminated !== undefined && neverRan(terminated.reason)) {
    return {
      class: "config",
      reason: `The container could not be started: ${terminated.message ?? terminated.reason}`,
    };
  }
  return undefined;
}

function findWaitingFailure(pod: V1Pod, context: StartFailureContext): StartFailure | undefined {
  for (const container of allContainers(pod)) {
    const waiting = container.state?.waiting;
    const reason = waiting?.reason ?? "";
    const text = waiting?.message ? `${reason}: ${waiting.message}` : reason;
    if (IMAGE_SETTING_REASONS.has(reason)) return { class: "config", reason: text };
    const waitedMs = context.nowMs - (scheduledAtMs(pod) ?? context.nowMs);
    if (IMAGE_PULL_REASONS.has(reason)) {
      const sightings = context.countImageFailure(pod);
      if (sightings < IMAGE_FAILURE_SIGHTINGS && waitedMs < IMAGE_FAILURE_PATIENCE_MS) continue;
      return { class: PASSING_PULL_ERROR.test(text) ? "transient" : "config", reason: text };
    }
    if (CONTAINER_REASONS.has(reason) && waitedMs > CONTAINER_CONFIG_PATIENCE_MS) {
      return { class: "config", reason: text };
    }
  }
  return undefined;
}

function findUnschedulable(pod: V1Pod, nowMs: number, graceMs: number): StartFailure | undefined {
  const scheduled = findCondition(pod, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const sinceMs = readTimeMs(scheduled.lastTransitionTime) ?? readTimeMs(pod.metadata?.creationTimestamp) ?? nowMs;
  if (nowMs - sinceMs <= graceMs) return undefined;
  const reason = scheduled.reason ?? "Unschedulable";
  return { class: "capacity", reason: scheduled.message ? `${reason}: ${scheduled.message}` : reason };
}

/** When the kubelet got the pod; before that nothing of it can fail on a node. */
function scheduledAtMs(pod: V1Pod): number | null {
  return (
    readTimeMs(findCondition(pod, "PodScheduled")?.lastTransitionTime) ??
    readTimeMs(pod.status?.startTime) ??
    readTimeMs(pod.metadata?.creationTimestamp)
  );
}

/** The class of a pod that the API server does not let the Job controller make (events with reason FailedCreate). */
export function classifyFailedCreate(message: string): StartFailure {
  const reason = `Kubernetes refuses the bot's pod: ${message}`;
  return { class: /exceeded quota/i.test(message) ? "capacity" : "config", reason };
}
