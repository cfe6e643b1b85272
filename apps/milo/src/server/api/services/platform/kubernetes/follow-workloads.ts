import type { CoreV1Event, V1Job, V1Pod } from "@kubernetes/client-node";
import type { PlatformListener } from "../platform-service.ts";
import { type ClusterNamespace, FAILED_CREATES } from "./cluster-namespace.ts";
import { DueLooks } from "./due-looks.ts";
import { type FollowedResource, followResource } from "./follow-resource.ts";
import { describeFailure } from "./kubernetes-errors.ts";
import { INSTALLATION_LABEL } from "./kubernetes-names.ts";
import { FOLLOW_TIMES } from "./kubernetes-settings.ts";
import { hasRun, readTimeMs } from "./pod-state.ts";
import { suspectPod, suspectRefusal } from "./start-failure.ts";
import { isFinished } from "./workload-state.ts";

/**
 * Watches our Jobs and pods, and the events of Jobs that are refused their pods, until the signal ends; resolves once
 * nothing is open any more. Evidence is told when it counts: at the end of its grace, also when nothing further
 * happens. What is kept is a line for each object that something speaks against.
 */
export async function followWorkloads(
  namespace: ClusterNamespace,
  listener: PlatformListener,
  signal: AbortSignal,
): Promise<void> {
  const { client, settings } = namespace;
  const looks = () => new DueLooks(listener.onEvidence, settings.now);
  const [jobs, pods, refusals] = [looks(), looks(), looks()];
  const times = { ...FOLLOW_TIMES, ...settings.followTimes };
  const follow = <T extends object>(resource: FollowedResource<T>) =>
    followResource(
      client,
      resource,
      times,
      (error) => listener.onTrouble(describeTrouble(error, settings.now())),
      signal,
    );
  await Promise.all([
    follow(followJobs(namespace, jobs)),
    follow(followPods(namespace, pods)),
    follow(followRefusals(namespace, refusals)),
  ]);
  for (const each of [jobs, pods, refusals]) each.clear();
}

/** A finished Job is the word that its bot has ended. */
function followJobs(namespace: ClusterNamespace, looks: DueLooks): FollowedResource<V1Job> {
  const { settings, refusals } = namespace;
  return {
    path: `/apis/batch/v1/namespaces/${settings.namespace}/jobs`,
    labelSelector: `${INSTALLATION_LABEL}=${settings.installationId}`,
    onReset: () => looks.clear(),
    onChange: (type, job) => {
      const uid = job.metadata?.uid ?? "";
      if (type === "DELETED") looks.forget(uid);
      else if (isFinished(job)) looks.expect(uid, settings.now());
      if (type === "DELETED" || isFinished(job)) refusals.forget(uid);
    },
  };
}

/** Pods that something speaks against, until they run, change for the better, or go. */
function followPods(namespace: ClusterNamespace, looks: DueLooks): FollowedResource<V1Pod> {
  const { settings } = namespace;
  return {
    path: `/api/v1/namespaces/${settings.namespace}/pods`,
    labelSelector: `${INSTALLATION_LABEL}=${settings.installationId}`,
    onReset: () => looks.clear(),
    onChange: (type, pod) => {
      const uid = pod.metadata?.uid ?? "";
      const mayStart = type !== "DELETED" && pod.metadata?.deletionTimestamp === undefined && !hasRun(pod);
      const suspicion = mayStart ? suspectPod(pod, namespace.judgeStartsNow()) : undefined;
      if (suspicion === undefined) looks.forget(uid);
      else looks.expect(uid, suspicion.countsFromMs);
    },
  };
}

/** Events bear no label of ours: the name of the Job that they are about does. */
function followRefusals(namespace: ClusterNamespace, looks: DueLooks): FollowedResource<CoreV1Event> {
  const { settings, refusals } = namespace;
  const ourPrefix = `bot-${settings.installationId}-`;
  return {
    path: `/api/v1/namespaces/${settings.namespace}/events`,
    fieldSelector: FAILED_CREATES,
    onReset: () => {
      looks.clear();
      refusals.clear();
    },
    onChange: (type, event) => {
      const { uid, name } = event.involvedObject;
      if (type === "DELETED" || uid === undefined || !name?.startsWith(ourPrefix)) return;
      const atMs = readTimeMs(event.firstTimestamp) ?? settings.now();
      const { message, firstMs } = refusals.note(uid, event.message ?? "FailedCreate", atMs);
      looks.expect(uid, suspectRefusal(message, firstMs).countsFromMs);
    },
  };
}

function describeTrouble(error: unknown, nowMs: number): string {
  return describeFailure(error, "watch our Jobs, pods and events", nowMs).reason;
}
