import type { FoundSentinel } from "../runtime/sentinels.ts";
import { type Cluster, keyOf, recordEvent } from "./cluster.ts";
import type { Kubelet } from "./kubelet.ts";
import { formatTime, type Pod } from "./objects.ts";
import { deletePod } from "./pod-deletion.ts";
import { markDisrupted, markNodeLost, readAgain } from "./pod-status.ts";

/** What can be done to a running pod, by a sentinel tag or by `POST /_emulator/pods`. */
export const DISRUPTIONS = [
  "oom-kill",
  "exit-code",
  "evict",
  "preempt",
  "node-lost",
  "node-back",
  "deadline-exceeded",
] as const;
export type Disruption = (typeof DISRUPTIONS)[number];

export function isDisruption(value: unknown): value is Disruption {
  return DISRUPTIONS.some((disruption) => disruption === value);
}

/** Strikes after `disruptAfterMs` when the image's sentinel says so. */
export function disruptBySentinel(
  cluster: Cluster,
  kubelet: Kubelet,
  pod: Pod,
  sentinel: FoundSentinel<"kubernetes"> | null,
): void {
  const disruption = sentinel?.tag;
  if (!isDisruption(disruption)) return;
  const { disruptAfterMs } = cluster.settings.get();
  cluster.timers.after(disruptAfterMs, () => disruptPod(cluster, kubelet, pod, disruption, sentinel?.argument ?? 1));
}

/** Does it now. Returns false when the pod has no running container here. */
export function disruptPod(
  cluster: Cluster,
  kubelet: Kubelet,
  pod: Pod,
  disruption: Disruption,
  exitCode = 1,
): boolean {
  const nodePod = kubelet.find(pod.metadata.uid);
  const current = readAgain(cluster, pod);
  if (nodePod?.container == null || current === undefined) return false;
  const { container } = nodePod;
  switch (disruption) {
    case "oom-kill":
      nodePod.verdict = { exitCode: 137, reason: "OOMKilled" };
      container.kill("SIGKILL");
      return true;
    case "exit-code":
      nodePod.verdict = { exitCode };
      container.kill("SIGKILL");
      return true;
    case "evict": {
      const message = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. ";
      markDisrupted(cluster, current, "TerminationByKubelet", message);
      recordEvent(cluster, current, { type: "Warning", reason: "Evicted", message, component: "kubelet" });
      nodePod.verdict = { podReason: "Evicted", podMessage: message };
      void container.stop(current.spec.terminationGracePeriodSeconds * 1000);
      return true;
    }
    case "preempt": {
      const message = "default-scheduler: preempting to accommodate a higher priority pod";
      markDisrupted(cluster, current, "PreemptionByScheduler", message);
      deletePod(cluster, kubelet, current);
      return true;
    }
    case "node-lost":
      nodePod.isLost = true;
      markNodeLost(cluster, current);
      markDisrupted(cluster, current, "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint");
      deletePod(cluster, kubelet, current);
      return true;
    case "deadline-exceeded":
      passDeadline(cluster, current);
      return true;
    case "node-back":
      nodePod.isLost = false;
      if (nodePod.exit !== null) kubelet.report(current);
      else kubelet.stop(current, current.spec.terminationGracePeriodSeconds);
      return true;
  }
}

/** Moves the Job's start back by its deadline; its controller does the rest. */
function passDeadline(cluster: Cluster, pod: Pod): void {
  const uid = pod.metadata.ownerReferences?.[0]?.uid;
  const job = cluster.store.list("jobs").find(({ metadata }) => metadata.uid === uid);
  if (job === undefined) return;
  cluster.store.update("jobs", keyOf(job), (draft) => {
    draft.status.startTime = formatTime(cluster.clock() - (draft.spec.activeDeadlineSeconds ?? 0) * 1_000 - 1_000);
  });
}
