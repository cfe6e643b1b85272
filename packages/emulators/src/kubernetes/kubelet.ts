import { randomBytes } from "node:crypto";
import { constants } from "node:os";
import type { Container, ContainerExit } from "../runtime/container-runtime.ts";
import { type FoundSentinel, findSentinel } from "../runtime/sentinels.ts";
import { type Cluster, recordEvent } from "./cluster.ts";
import { resolveEnv } from "./container-env.ts";
import { type ContainerSpec, isPodFinished, type Pod } from "./objects.ts";
import { markEnded, markInitialized, markRunning, markWaiting, type PodEnd, readAgain } from "./pod-status.ts";
import { NODE_NAME } from "./scheduler.ts";

/** What the node knows about a pod that the API server does not. */
export interface NodePod {
  container: Container | null;
  exit: ContainerExit | null;
  /** The node does not answer: nothing is reported and no order arrives. */
  isLost: boolean;
  /** What to report instead of the plain exit code. */
  verdict: Partial<PodEnd>;
  /** The kubelet is done with the pod: the API server may forget it. */
  isReleased: boolean;
}

/** The node agent: takes bound pods through pull, configuration, run and end. */
export interface Kubelet {
  start(pod: Pod): void;
  /** Ends the pod's container after SIGTERM and the grace, then releases the pod. */
  stop(pod: Pod, graceSeconds: number): void;
  /** Reports an end that a lost node kept to itself. */
  report(pod: Pod): void;
  find(uid: string): NodePod | undefined;
  release(uid: string): void;
  forget(uid: string): void;
  clear(): void;
}

const LONGEST_PULL_BACKOFF_MS = 300_000;
const NEVER_STARTED: PodEnd = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was deleted.  The container used to be Running",
};

/** `onStarted` is told of every container that runs, for sentinels that strike later. */
export function createKubelet(
  cluster: Cluster,
  onStarted: (pod: Pod, sentinel: FoundSentinel<"kubernetes"> | null) => void,
): Kubelet {
  const { settings, timers, runtime } = cluster;
  const known = new Map<string, NodePod>();

  // Runs a step unless the pod has been deleted or has ended meanwhile.
  const later = (pod: Pod, ms: number, step: (current: Pod, container: ContainerSpec) => void): void =>
    timers.after(ms, () => {
      const current = readAgain(cluster, pod);
      const container = current?.spec.containers[0];
      if (current === undefined || container === undefined) return;
      if (current.metadata.deletionTimestamp === undefined && !isPodFinished(current)) step(current, container);
    });
  const say = (pod: Pod, type: "Normal" | "Warning", reason: string, message: string): void =>
    recordEvent(cluster, pod, { type, reason, message, component: "kubelet" });

  const pull = (pod: Pod, container: ContainerSpec, attempt: number): void => {
    const { image } = container;
    const failure = findPullFailure(cluster, image);
    if (failure === null) {
      say(pod, "Normal", "Pulled", `Successfully pulled image "${image}"`);
      later(pod, 0, configure);
      return;
    }
    if (failure.reason === "InvalidImageName") {
      markWaiting(cluster, pod, failure.reason, failure.message);
      say(pod, "Warning", "InspectFailed", failure.message);
      return;
    }
    markWaiting(cluster, pod, "ErrImagePull", failure.message);
    say(pod, "Warning", "Failed", `Failed to pull image "${image}": ${failure.message}`);
    const backoffMs = Math.min(settings.get().pullBackoffMs * 2 ** attempt, LONGEST_PULL_BACKOFF_MS);
    later(pod, backoffMs / 2, () => {
      const message = `Back-off pulling image "${image}": ErrImagePull: ${failure.message}`;
      markWaiting(cluster, pod, "ImagePullBackOff", message);
      say(pod, "Normal", "BackOff", `Back-off pulling image "${image}"`);
    });
    later(pod, backoffMs, (current) => pull(current, container, attempt + 1));
  };

  const configure = (pod: Pod, container: ContainerSpec): void => {
    const sentinel = findSentinel("kubernetes", container.image);
    const resolved =
      sentinel?.tag === "create-container-config-error"
        ? { ok: false as const, message: `couldn't find key SENTINEL in Secret ${pod.metadata.namespace}/sentinel` }
        : resolveEnv(cluster, pod, container);
    if (resolved.ok) {
      launch(pod, container, resolved.env, sentinel);
      return;
    }
    markWaiting(cluster, pod, "CreateContainerConfigError", resolved.message);
    say(pod, "Warning", "Failed", `Error: ${resolved.message}`);
    later(pod, settings.get().configRetryMs, configure);
  };

  const launch = (
    pod: Pod,
    container: ContainerSpec,
    env: Record<string, string>,
    sentinel: FoundSentinel<"kubernetes"> | null,
  ): void => {
    const nodePod: NodePod = { container: null, exit: null, isLost: false, verdict: {}, isReleased: false };
    known.set(pod.metadata.uid, nodePod);
    const { name } = pod.metadata;
    const result =
      sentinel?.tag === "start-error"
        ? { ok: false as const, message: `exec: "sentinel": executable file not found in $PATH` }
        : runtime.run({ image: container.image, env, name, onExit: (exit) => ended(pod, nodePod, exit) });
    if (!result.ok) {
      const message = `failed to create containerd task: failed to create shim task: ${result.message}: unknown`;
      say(pod, "Warning", "Failed", `Error: ${message}`);
      markEnded(cluster, pod, { exitCode: 128, reason: "StartError", message });
      nodePod.isReleased = true;
      return;
    }
    nodePod.container = result.container;
    markRunning(cluster, pod, `emulator://${randomBytes(32).toString("hex")}`);
    say(pod, "Normal", "Started", `Started container ${container.name}`);
    onStarted(pod, sentinel);
  };

  const ended = (pod: Pod, nodePod: NodePod, exit: ContainerExit): void => {
    nodePod.exit = exit;
    if (!nodePod.isLost) report(pod);
  };
  const report = (pod: Pod): void => {
    const nodePod = known.get(pod.metadata.uid);
    const current = readAgain(cluster, pod);
    if (nodePod === undefined || nodePod.exit === null || current === undefined) return;
    const exitCode = nodePod.verdict.exitCode ?? exitCodeOf(nodePod.exit);
    const reason = exitCode === 0 ? "Completed" : "Error";
    // Released first: whoever is told of the end may remove the pod at once.
    nodePod.isReleased = true;
    markEnded(cluster, current, { reason, ...nodePod.verdict, exitCode });
  };

  return {
    start: (pod) =>
      later(pod, settings.get().startDelayMs, (current, container) => {
        markInitialized(cluster, current);
        say(current, "Normal", "Pulling", `Pulling image "${container.image}"`);
        later(current, settings.get().pullDelayMs, (again) => pull(again, container, 0));
      }),
    stop: (pod, graceSeconds) => {
      const nodePod = known.get(pod.metadata.uid);
      if (nodePod?.isLost) return;
      if (nodePod?.container) {
        say(pod, "Normal", "Killing", `Stopping container ${pod.spec.containers[0]?.name ?? NODE_NAME}`);
        void nodePod.container.stop(graceSeconds * 1000);
        return;
      }
      timers.after(settings.get().startDelayMs, () => {
        known.set(pod.metadata.uid, { container: null, exit: null, isLost: false, verdict: {}, isReleased: true });
        const current = readAgain(cluster, pod);
        if (current !== undefined && !isPodFinished(current)) markEnded(cluster, current, NEVER_STARTED);
      });
    },
    report,
    find: (uid) => known.get(uid),
    release: (uid) => {
      const nodePod = known.get(uid);
      if (nodePod !== undefined) nodePod.isReleased = true;
      else known.set(uid, { container: null, exit: null, isLost: false, verdict: {}, isReleased: true });
    },
    forget: (uid) => known.delete(uid),
    clear: () => known.clear(),
  };
}

function findPullFailure(cluster: Cluster, image: string): { reason: string; message: string } | null {
  switch (findSentinel("kubernetes", image)?.tag) {
    case "invalid-image-name": {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name: invalid reference format`;
      return { reason: "InvalidImageName", message };
    }
    case "image-pull-server-error":
      return { reason: "ErrImagePull", message: "unexpected status from HEAD request: 503 Service Unavailable" };
    case "image-pull-backoff":
      return { reason: "ErrImagePull", message: notFoundInRegistry(image) };
    default:
      return cluster.runtime.hasImage(image) ? null : { reason: "ErrImagePull", message: notFoundInRegistry(image) };
  }
}

function notFoundInRegistry(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": ${image}: not found`;
}

// Containers end with 128 + signal number when a signal ends their first process.
function exitCodeOf({ code, signal }: ContainerExit): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}
