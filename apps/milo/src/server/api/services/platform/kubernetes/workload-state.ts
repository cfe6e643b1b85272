import type { V1Job, V1JobCondition, V1Pod } from "@kubernetes/client-node";
import type { Workload } from "../platform-service.ts";
import { formatIdentifier, LAUNCH_KEY_LABEL } from "./kubernetes-names.ts";
import { describeEnd, hasEnded, hasRun, readTimeMs } from "./pod-state.ts";
import { findStartFailure, NO_POD_PATIENCE_MS, type StartFailure, type StartFailureContext } from "./start-failure.ts";

/** One Job and the pods that it owns. */
export type JobAndPods = { job: V1Job; pods: readonly V1Pod[] };

/** What is left of an attempt's Job, as the stop and the listing both need it. */
export type JobStage =
  /** Suspended, and no pod was ever made. */
  | { kind: "inert" }
  /** It runs, or may. */
  | { kind: "active" }
  /** Positively ended: no container of it runs, and none will. */
  | { kind: "ended"; end: NonNullable<Workload["end"]> }
  /** Finished, and its pod went away without a word on its containers: no evidence of anything. */
  | { kind: "vanished" };

/** Stands in the message of reason PodFailurePolicy when the kubelet reported the bot's exit. */
const REPORTED_EXIT = /failed with exit code (-?\d+)/;

/**
 * Judges a Job by its conditions and pods. What counts as ended, and why that is positive:
 * - every pod is there to see and has ended, and the Job makes no further one (finished, failing or being deleted);
 * - Complete: the pod's Succeeded was counted while the Job's finalizer held it, so the kubelet had reported it;
 * - Failed by DeadlineExceeded (how milo stops a bot): from Kubernetes 1.31 the Job controller
 *   (pkg/controller/job, enactJobFinished) adds the condition only once no pod is terminating and every ended pod is
 *   counted, and removes each pod gracefully, so none needs to be there to see;
 * - Failed by PodFailurePolicy with an exit code: the code is the kubelet's word on the container.
 * A pod deleted by a drain leaves the last; one collected with its lost node leaves none of these: it vanished.
 */
export function judgeJob({ job, pods }: JobAndPods): JobStage {
  const status = job.status ?? {};
  if (pods.length > 0) return judgeByPods(job, pods);
  if (job.spec?.suspend === true && !status.startTime && !hasCounted(job)) return { kind: "inert" };
  const finished = findJobCondition(job, "Complete") ?? findJobCondition(job, "Failed");
  if (finished === undefined || (status.active ?? 0) > 0 || (status.terminating ?? 0) > 0) return { kind: "active" };
  // A finished Job keeps its pod until its own end; one that is missing was removed by somebody else.
  const removed = job.metadata?.deletionTimestamp === undefined;
  if (finished.type === "Complete") return endedAfter(finished.reason ?? "Complete", 0, removed);
  if (finished.reason === "DeadlineExceeded") return { kind: "ended", end: describeDeadline(finished) };
  const exit = REPORTED_EXIT.exec(finished.message ?? "");
  if (exit?.[1] === undefined) return { kind: "vanished" };
  return endedAfter(finished.message ?? "", Number(exit[1]), removed);
}

function endedAfter(words: string, exitCode: number, removed: boolean): JobStage {
  const reason = removed ? `${words} (its pod was removed)` : words;
  return { kind: "ended", end: { exitCode, reason, infrastructure: removed } };
}

/** The port's view of a Job; null when it vanished without evidence. `refused` = why it is not given its pod. */
export function describeWorkload(
  observed: JobAndPods,
  refused: StartFailure | undefined,
  context: StartFailureContext,
): Workload | null {
  const { job, pods } = observed;
  const stage = judgeJob(observed);
  if (stage.kind === "vanished") return null;
  const base = { identifier: identifyJob(job), launchKey: job.metadata?.labels?.[LAUNCH_KEY_LABEL] ?? null };
  if (stage.kind === "inert") return { ...base, state: "inert" };
  const ran = pods.some(hasRun);
  const failure = ran ? undefined : findFailure(pods, refused, context);
  const startFailure = failure === undefined ? {} : { startFailure: failure };
  if (stage.kind === "ended") return { ...base, state: "ended", ...startFailure, end: stage.end };
  return { ...base, state: ran ? "running" : "starting", ...startFailure };
}

/** Whether the Job was started and has no pod yet. */
export function awaitsPod({ job, pods }: JobAndPods): boolean {
  if (pods.length > 0 || job.spec?.suspend === true || (job.status?.active ?? 0) > 0) return false;
  return judgeJob({ job, pods }).kind === "active";
}

/** Whether the Job should have a pod by now and has none, so that its events are worth a request. */
export function lacksPod(observed: JobAndPods, nowMs: number): boolean {
  const startedMs = readStartMs(observed.job);
  return awaitsPod(observed) && startedMs !== null && nowMs - startedMs > NO_POD_PATIENCE_MS;
}

/** When the Job was started, milliseconds since 1970. */
function readStartMs(job: V1Job): number | null {
  return readTimeMs(job.status?.startTime) ?? readTimeMs(job.metadata?.creationTimestamp);
}

/** Whether the Job has its last condition. */
export function isFinished(job: V1Job): boolean {
  return findJobCondition(job, "Complete") !== undefined || findJobCondition(job, "Failed") !== undefined;
}

/** Whether the Job makes no further pod: it is being deleted, or has its last condition or the sign of it. */
export function isEnding(job: V1Job): boolean {
  if (job.metadata?.deletionTimestamp !== undefined) return true;
  const types = ["Complete", "Failed", "FailureTarget", "SuccessCriteriaMet"];
  return types.some((type) => findJobCondition(job, type) !== undefined);
}

export function identifyJob(job: V1Job): string {
  const { namespace = "", name = "", uid = "" } = job.metadata ?? {};
  return formatIdentifier({ namespace, name, uid });
}

function judgeByPods(job: V1Job, pods: readonly V1Pod[]): JobStage {
  if (!isEnding(job) || !pods.every(hasEnded)) return { kind: "active" };
  const last = [...pods].sort((a, b) => createdMs(b) - createdMs(a))[0];
  return last === undefined ? { kind: "active" } : { kind: "ended", end: describeEnd(last) };
}

function findFailure(
  pods: readonly V1Pod[],
  refused: StartFailure | undefined,
  context: StartFailureContext,
): StartFailure | undefined {
  for (const pod of pods) {
    const failure = findStartFailure(pod, context);
    if (failure !== undefined) return failure;
  }
  return pods.length === 0 ? refused : undefined;
}

function describeDeadline(condition: V1JobCondition): NonNullable<Workload["end"]> {
  const reason = `DeadlineExceeded: ${condition.message ?? "it was told to stop, or ran into its maximum duration"}`;
  return { exitCode: null, reason, infrastructure: false };
}

function findJobCondition(job: V1Job, type: string): V1JobCondition | undefined {
  return job.status?.conditions?.find((condition) => condition.type === type && condition.status === "True");
}

function hasCounted(job: V1Job): boolean {
  const { active = 0, failed = 0, succeeded = 0, terminating = 0 } = job.status ?? {};
  return active + failed + succeeded + terminating > 0;
}

function createdMs(pod: V1Pod): number {
  return readTimeMs(pod.metadata?.creationTimestamp) ?? 0;
}
