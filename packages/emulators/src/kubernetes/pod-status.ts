import { type Cluster, keyOf } from "./cluster.ts";
import { type Condition, type ContainerState, formatTime, type Pod, withCondition } from "./objects.ts";

/** The pod as stored now, unless it is gone or another one took its name. */
export function readAgain(cluster: Cluster, pod: Pod): Pod | undefined {
  const stored = cluster.store.get("pods", pod.metadata.namespace, pod.metadata.name);
  return stored?.metadata.uid === pod.metadata.uid ? stored : undefined;
}

/** The kubelet's first word about a pod: seen, containers being created. */
export function markInitialized(cluster: Cluster, pod: Pod): void {
  const now = formatTime(cluster.clock());
  cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.status.startTime = now;
    draft.status.hostIP = "127.0.0.1";
    draft.status.containerStatuses = draft.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: "",
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason: "ContainerCreating" } },
      lastState: {},
    }));
    draft.status.conditions = withCondition(draft.status.conditions, condition("Initialized", "True", now));
    setReadiness(draft, now, "False", "ContainersNotReady");
  });
}

/** Puts the pod's container into a waiting state; the phase stays Pending. */
export function markWaiting(cluster: Cluster, pod: Pod, reason: string, message?: string): void {
  setState(cluster, pod, { waiting: message === undefined ? { reason } : { reason, message } });
}

export function markRunning(cluster: Cluster, pod: Pod, containerId: string): void {
  const now = formatTime(cluster.clock());
  cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.status.phase = "Running";
    draft.status.podIP = "127.0.0.1";
    for (const status of draft.status.containerStatuses ?? []) {
      status.state = { running: { startedAt: now } };
      status.containerID = containerId;
      status.imageID = `emulator://${status.image}`;
      status.ready = true;
      status.started = true;
    }
    setReadiness(draft, now, "True");
  });
}

/** How a pod ended, for its container and, where the platform ended it, for the pod itself. */
export interface PodEnd {
  readonly exitCode: number;
  /** Reason of the container's terminated state. */
  readonly reason: string;
  readonly message?: string;
  /** Reason of the pod, such as Evicted. */
  readonly podReason?: string;
  readonly podMessage?: string;
}

export function markEnded(cluster: Cluster, pod: Pod, end: PodEnd): void {
  const now = formatTime(cluster.clock());
  cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.status.phase = end.exitCode === 0 && end.podReason === undefined ? "Succeeded" : "Failed";
    if (end.podReason !== undefined) draft.status.reason = end.podReason;
    if (end.podMessage !== undefined) draft.status.message = end.podMessage;
    for (const status of draft.status.containerStatuses ?? []) {
      const { containerID, state } = status;
      status.state = {
        terminated: {
          exitCode: end.exitCode,
          reason: end.reason,
          ...(end.message === undefined ? {} : { message: end.message }),
          startedAt: state.running?.startedAt ?? null,
          finishedAt: now,
          ...(containerID === undefined ? {} : { containerID }),
        },
      };
      status.ready = false;
      status.started = false;
    }
    setReadiness(draft, now, "False", draft.status.phase === "Succeeded" ? "PodCompleted" : "PodFailed");
  });
}

/** Says, before the pod dies, that the infrastructure and not the bot is the reason. */
export function markDisrupted(cluster: Cluster, pod: Pod, reason: string, message: string): void {
  const lastTransitionTime = formatTime(cluster.clock());
  cluster.store.update("pods", keyOf(pod), (draft) => {
    const disruption: Condition = { type: "DisruptionTarget", status: "True", reason, message, lastTransitionTime };
    draft.status.conditions = withCondition(draft.status.conditions, disruption);
  });
}

/** The node stopped answering: the pod is not ready, its containers are shown as they were last seen. */
export function markNodeLost(cluster: Cluster, pod: Pod): void {
  const now = formatTime(cluster.clock());
  cluster.store.update("pods", keyOf(pod), (draft) => {
    draft.status.conditions = withCondition(draft.status.conditions, condition("Ready", "False", now));
  });
}

function setState(cluster: Cluster, pod: Pod, state: ContainerState): void {
  cluster.store.update("pods", keyOf(pod), (draft) => {
    for (const status of draft.status.containerStatuses ?? []) status.state = state;
  });
}

function setReadiness(draft: Pod, now: string, status: "True" | "False", reason?: string): void {
  for (const type of ["Ready", "ContainersReady"]) {
    draft.status.conditions = withCondition(draft.status.conditions, condition(type, status, now, reason));
  }
}

function condition(type: string, status: "True" | "False", now: string, reason?: string): Condition {
  return { type, status, ...(reason === undefined ? {} : { reason }), lastProbeTime: null, lastTransitionTime: now };
}
