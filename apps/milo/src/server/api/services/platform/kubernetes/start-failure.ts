import type { V1Pod } from "@kubernetes/client-node";
import type { Workload } from "../platform-service.ts";
import { allContainers, botContainer, findCondition, neverRan, readTimeMs } from "./pod-state.ts";

export type StartFailure = NonNullable<Workload["startFailure"]>;

/** The kubelet alternates ErrImagePull and ImagePullBackOff: by then it has tried more than once. */
export const IMAGE_FAILURE_PATIENCE_MS = 30_000;
/**
 * A pull still seen to fail this much later was tried, and will not be helped by waiting longer; nearer to each other,
 * two looks may see the same try.
 */
export const DISTINCT_SIGHTING_MS = 5_000;
/** The kubelet retries; a Secret that comes a moment after its Job is the usual passing case. */
export const CONTAINER_CONFIG_PATIENCE_MS = 20_000;
/** The Job controller makes a pod within a second; a rejected one is tried again after 10 s, 20 s, 40 s. */
export const NO_POD_PATIENCE_MS = 10_000;

/** What a pod is judged by, beside itself. */
export type StartFailureContext = {
  nowMs: number;
  unschedulableGraceMs: number;
  /** When this pod's image pull was first seen to fail: now, unless it was before. */
  firstImageFailureMs: (pod: V1Pod) => number;
};

/** Why something will not start its bot, and from when on that counts unless it changes; milliseconds since 1970. */
export type Suspicion = { failure: StartFailure; countsFromMs: number };

const IMAGE_PULL_REASONS = new Set(["ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"]);
/** Wrong whatever one waits: the reference is malformed, or pulling is forbidden and the image is not there. */
const IMAGE_SETTING_REASONS = new Set(["InvalidImageName", "ErrImageNeverPull", "ImageInspectError"]);
const CONTAINER_REASONS = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError"]);
/** Registry trouble that passes: 5xx, throttling, time-outs. */
const PASSING_PULL_ERROR =
  /\b5\d\d\b|toomanyrequests|too many requests|\b429\b|timeout|timed out|connection re(set|fused)|EOF/i;

/** Positive evidence that a pod will not start its bot, or undefined while it still may. */
export function findStartFailure(pod: V1Pod, context: StartFailureContext): StartFailure | undefined {
  const suspicion = suspectPod(pod, context);
  return suspicion !== undefined && suspicion.countsFromMs <= context.nowMs ? suspicion.failure : undefined;
}

/** What speaks against the pod's start, and will be evidence when its grace is over; of several, the first to be. */
export function suspectPod(pod: V1Pod, context: StartFailureContext): Suspicion | undefined {
  const suspicions = [findRejection(pod), ...findWaitingFailures(pod, context), findUnschedulable(pod, context)]
    .filter((suspicion) => suspicion !== undefined)
    .sort((a, b) => a.countsFromMs - b.countsFromMs);
  return suspicions[0];
}

/** The node turned the pod away, or the runtime could not start the container: it ended before it ran. */
function findRejection(pod: V1Pod): Suspicion | undefined {
  const reason = pod.status?.reason ?? "";
  if (pod.status?.phase === "Failed" && /^OutOf/.test(reason)) {
    return atOnce("capacity", `The node had no room for the pod: ${pod.status.message ?? reason}`);
  }
  const terminated = botContainer(pod)?.state?.terminated;
  if (terminated !== undefined && neverRan(terminated.reason)) {
    return atOnce("config", `The container could not be started: ${terminated.message ?? terminated.reason}`);
  }
  return undefined;
}

function findWaitingFailures(pod: V1Pod, context: StartFailureContext): Suspicion[] {
  const sinceMs = scheduledAtMs(pod) ?? context.nowMs;
  return allContainers(pod).flatMap((container): Suspicion[] => {
    const waiting = container.state?.waiting;
    const reason = waiting?.reason ?? "";
    const text = waiting?.message ? `${reason}: ${waiting.message}` : reason;
    if (IMAGE_SETTING_REASONS.has(reason)) return [atOnce("config", text)];
    if (IMAGE_PULL_REASONS.has(reason)) {
      const seenAgainMs = context.firstImageFailureMs(pod) + DISTINCT_SIGHTING_MS;
      const countsFromMs = Math.min(seenAgainMs, sinceMs + IMAGE_FAILURE_PATIENCE_MS);
      return [
        { failure: { class: PASSING_PULL_ERROR.test(text) ? "transient" : "config", reason: text }, countsFromMs },
      ];
    }
    if (!CONTAINER_REASONS.has(reason)) return [];
    return [{ failure: { class: "config", reason: text }, countsFromMs: sinceMs + CONTAINER_CONFIG_PATIENCE_MS + 1 }];
  });
}

function atOnce(failureClass: StartFailure["class"], reason: string): Suspicion {
  return { failure: { class: failureClass, reason }, countsFromMs: Number.NEGATIVE_INFINITY };
}

function findUnschedulable(pod: V1Pod, context: StartFailureContext): Suspicion | undefined {
  const scheduled = findCondition(pod, "PodScheduled");
  if (scheduled?.status !== "False") return undefined;
  const createdMs = readTimeMs(pod.metadata?.creationTimestamp);
  const sinceMs = readTimeMs(scheduled.lastTransitionTime) ?? createdMs ?? context.nowMs;
  const reason = scheduled.reason ?? "Unschedulable";
  return {
    failure: { class: "capacity", reason: scheduled.message ? `${reason}: ${scheduled.message}` : reason },
    countsFromMs: sinceMs + context.unschedulableGraceMs + 1,
  };
}

/** When the kubelet got the pod; before that nothing of it can fail on a node. */
function scheduledAtMs(pod: V1Pod): number | null {
  return (
    readTimeMs(findCondition(pod, "PodScheduled")?.lastTransitionTime) ??
    readTimeMs(pod.status?.startTime) ??
    readTimeMs(pod.metadata?.creationTimestamp)
  );
}

/** An admission that may be granted at the next try: a webhook or a quota's status in trouble, not a rule. */
const PASSING_REFUSAL =
  /internal error occurred|failed calling webhook|timed? ?out|please try again|cannot be fulfilled/i;

/**
 * What a refusal to make a Job's pod (events with reason FailedCreate) says about its start. The Job controller tries
 * again after 10 s: a rule or a full quota counts at once, trouble only when it outlasts that. `refusedAtMs` is when
 * the first was, or the Job's start.
 */
export function suspectRefusal(message: string, refusedAtMs: number): Suspicion {
  const reason = `Kubernetes refuses the bot's pod: ${message}`;
  if (/exceeded quota/i.test(message)) return atOnce("capacity", reason);
  if (!PASSING_REFUSAL.test(message)) return atOnce("config", reason);
  return { failure: { class: "transient", reason }, countsFromMs: refusedAtMs + NO_POD_PATIENCE_MS + 1 };
}
