import { type Cluster, keyOf } from "./cluster.ts";
import {
  addJobCondition,
  BACKOFF_LIMIT_EXCEEDED,
  DEADLINE_EXCEEDED,
  findCondition,
  type JobFailure,
  sayAboutJob,
} from "./job-conditions.ts";
import { applySuspension } from "./job-suspension.ts";
import { hasCondition, isJobFinished, isPodFinished, type Job, type Pod } from "./objects.ts";
import { findPodRefusal } from "./pod-admission.ts";
import { JOB_TRACKING_FINALIZER, makePod } from "./pod-factory.ts";

/** Turns Jobs into pods and pods' ends into Job conditions. `sync` is level-triggered: call it after any change. */
export interface JobController {
  sync(uid: string): void;
  clear(): void;
}

// What is remembered between two syncs of one Job; the real controller keeps the same in its work queue.
interface JobMemory {
  refusals: number;
  nextCreateAt: number;
  /** What the one running timer waits for. */
  timerFor: string | null;
}

const LONGEST_CREATE_RETRY_MS = 360_000;

export interface JobControllerHooks {
  deletePod(pod: Pod): void;
  deleteFinishedJob(job: Job): void;
}

export function createJobController(cluster: Cluster, hooks: JobControllerHooks): JobController {
  const { store, settings, timers, clock } = cluster;
  const memories = new Map<string, JobMemory>();

  const sync = (uid: string): void => {
    const job = store.list("jobs").find(({ metadata }) => metadata.uid === uid);
    const pods = store.list("pods").filter((pod) => isOwnedBy(pod, uid));
    if (job === undefined) {
      memories.delete(uid);
      releaseOrphans(cluster, uid);
      return;
    }
    countEndedPods(cluster, job, pods);
    if (job.metadata.deletionTimestamp !== undefined) return;
    if (isJobFinished(job)) scheduleTtl(job);
    else reconcile(uid);
    writeActive(cluster, uid);
  };

  const reconcile = (uid: string): void => {
    const read = () => readJob(cluster, uid);
    const active = activePods(cluster, uid);
    const deleteActive = (): void => {
      for (const pod of active.filter(({ metadata }) => metadata.deletionTimestamp === undefined)) {
        hooks.deletePod(pod);
        sayAboutJob(cluster, read(), "Normal", "SuccessfulDelete", `Deleted pod: ${pod.metadata.name}`);
      }
    };
    if (!applySuspension(cluster, read(), deleteActive)) return;
    const job = read();
    scheduleDeadline(job);
    const failure = findFailure(cluster, job);
    if (failure !== null) {
      addJobCondition(cluster, job, { type: "FailureTarget", status: "True", ...failure });
      deleteActive();
      if (active.length > 0) return;
      addJobCondition(cluster, job, { type: "Failed", status: "True", ...failure });
      sayAboutJob(cluster, job, "Warning", failure.reason, failure.message);
    } else if ((job.status.succeeded ?? 0) >= job.spec.completions) {
      const reached = { reason: "CompletionsReached", message: "Reached expected number of succeeded pods" };
      addJobCondition(cluster, job, { type: "SuccessCriteriaMet", status: "True", ...reached });
      deleteActive();
      if (active.length > 0) return;
      addJobCondition(cluster, job, { type: "Complete", status: "True", ...reached });
      sayAboutJob(cluster, job, "Normal", "Completed", "Job completed");
    } else {
      createMissingPods(job, active);
    }
  };

  const createMissingPods = (job: Job, active: Pod[]): void => {
    const counted =
      job.spec.podReplacementPolicy === "Failed"
        ? active
        : active.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    const wanted = Math.min(job.spec.parallelism, job.spec.completions - (job.status.succeeded ?? 0));
    const memory = remember(job.metadata.uid);
    for (let missing = wanted - counted.length; missing > 0; missing -= 1) {
      const waitMs = Math.max(memory.nextCreateAt, failureBackoffEnd(cluster, job)) - clock();
      if (waitMs > 0) {
        timers.after(waitMs, () => sync(job.metadata.uid));
        return;
      }
      if (!createPod(job, memory)) return;
    }
  };

  const createPod = (job: Job, memory: JobMemory): boolean => {
    const pod = makePod(job, clock());
    const refusal = findPodRefusal(cluster, pod);
    if (refusal !== null) {
      const retryMs = Math.min(settings.get().createRetryMs * 2 ** memory.refusals, LONGEST_CREATE_RETRY_MS);
      memory.refusals += 1;
      memory.nextCreateAt = clock() + retryMs;
      timers.after(retryMs, () => sync(job.metadata.uid));
      sayAboutJob(cluster, job, "Warning", "FailedCreate", `Error creating: ${refusal.message}`);
      return false;
    }
    memory.refusals = 0;
    cluster.timeline.record({ workload: pod.metadata.name, kind: "created", detail: `Job ${job.metadata.name}` });
    store.add("pods", pod);
    sayAboutJob(cluster, job, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    return true;
  };

  const remember = (uid: string): JobMemory => {
    const memory = memories.get(uid) ?? { refusals: 0, nextCreateAt: 0, timerFor: null };
    memories.set(uid, memory);
    return memory;
  };
  const scheduleDeadline = (job: Job): void => {
    const end = deadlineOf(job);
    if (end !== null) scheduleOnce(job, `deadline ${end}`, end - clock());
  };
  const scheduleOnce = (job: Job, purpose: string, waitMs: number): void => {
    const memory = remember(job.metadata.uid);
    if (memory.timerFor === purpose) return;
    memory.timerFor = purpose;
    const dueAt = clock() + waitMs;
    timers.after(waitMs, () => {
      // A timer may fire a moment before the clock has come there: it is then set again.
      if (memory.timerFor === purpose && clock() < dueAt) memory.timerFor = null;
      sync(job.metadata.uid);
    });
  };
  const scheduleTtl = (job: Job): void => {
    const seconds = job.spec.ttlSecondsAfterFinished;
    const finished = findCondition(job, "Complete") ?? findCondition(job, "Failed");
    if (seconds === undefined || finished === undefined) return;
    const waitMs = Date.parse(finished.lastTransitionTime) + seconds * 1000 - clock();
    if (waitMs <= 0) hooks.deleteFinishedJob(job);
    else scheduleOnce(job, `ttl ${seconds}`, waitMs);
  };
  return { sync, clear: () => memories.clear() };
}

function readJob(cluster: Cluster, uid: string): Job {
  const job = cluster.store.list("jobs").find(({ metadata }) => metadata.uid === uid);
  if (job === undefined) throw new Error(`the Job ${uid} vanished while it was reconciled`);
  return job;
}

export function isOwnedBy(object: { metadata: { ownerReferences?: { uid: string }[] } }, uid: string): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
}

function activePods(cluster: Cluster, uid: string): Pod[] {
  return cluster.store.list("pods").filter((pod) => isOwnedBy(pod, uid) && !isPodFinished(pod));
}

// A pod is counted once: when its end is seen, its finalizer goes in the same step.
function countEndedPods(cluster: Cluster, job: Job, pods: Pod[]): void {
  for (const pod of pods) {
    if (pod.metadata.finalizers?.includes(JOB_TRACKING_FINALIZER) !== true) continue;
    const isReplacedEarly = job.spec.podReplacementPolicy !== "Failed" && pod.metadata.deletionTimestamp !== undefined;
    if (!isPodFinished(pod) && !isReplacedEarly) continue;
    const isSuspended = job.spec.suspend && pod.status.phase !== "Succeeded";
    cluster.store.update("jobs", keyOf(job), ({ status }) => {
      if (pod.status.phase === "Succeeded") status.succeeded = (status.succeeded ?? 0) + 1;
      else if (!isSuspended) status.failed = (status.failed ?? 0) + 1;
    });
    dropFinalizer(cluster, pod);
  }
}

function releaseOrphans(cluster: Cluster, jobUid: string): void {
  for (const pod of cluster.store.list("pods")) {
    if (pod.metadata.labels?.["batch.kubernetes.io/controller-uid"] === jobUid) dropFinalizer(cluster, pod);
  }
}

function dropFinalizer(cluster: Cluster, pod: Pod): void {
  cluster.store.update("pods", keyOf(pod), ({ metadata }) => {
    const left = metadata.finalizers?.filter((finalizer) => finalizer !== JOB_TRACKING_FINALIZER) ?? [];
    if (left.length > 0) metadata.finalizers = left;
    else delete metadata.finalizers;
  });
}

function findFailure(cluster: Cluster, job: Job): JobFailure | null {
  const target = findCondition(job, "FailureTarget");
  if (target !== undefined) return target.reason === "DeadlineExceeded" ? DEADLINE_EXCEEDED : BACKOFF_LIMIT_EXCEEDED;
  if ((job.status.failed ?? 0) > job.spec.backoffLimit) return BACKOFF_LIMIT_EXCEEDED;
  const end = deadlineOf(job);
  return end !== null && cluster.clock() >= end ? DEADLINE_EXCEEDED : null;
}

function deadlineOf(job: Job): number | null {
  const seconds = job.spec.activeDeadlineSeconds;
  if (seconds === undefined || job.status.startTime === undefined) return null;
  return Date.parse(job.status.startTime) + seconds * 1000;
}

function failureBackoffEnd(cluster: Cluster, job: Job): number {
  const failed = job.status.failed ?? 0;
  if (failed === 0) return 0;
  const ends = cluster.store
    .list("pods")
    .filter((pod) => isOwnedBy(pod, job.metadata.uid))
    .map((pod) => Date.parse(pod.status.containerStatuses?.[0]?.state.terminated?.finishedAt ?? ""))
    .filter((end) => !Number.isNaN(end));
  return Math.max(0, ...ends) + cluster.settings.get().podFailureBackoffMs * 2 ** (failed - 1);
}

function writeActive(cluster: Cluster, uid: string): void {
  const job = cluster.store.list("jobs").find(({ metadata }) => metadata.uid === uid);
  if (job === undefined) return;
  const pods = activePods(cluster, uid);
  const terminating = pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined);
  const ready = pods.filter((pod) => hasCondition(pod.status.conditions, "Ready"));
  cluster.store.update("jobs", keyOf(job), ({ status }) => {
    const active = pods.length - terminating.length;
    if (active > 0) status.active = active;
    else delete status.active;
    status.ready = ready.length;
    status.terminating = terminating.length;
    status.uncountedTerminatedPods = {};
  });
}
