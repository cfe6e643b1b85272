import type { V1Pod } from "@kubernetes/client-node";
import type { StopOptions, StopOutcome, WorkloadRef } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure, readRefusal } from "./kubernetes-errors.ts";
import { type JobIdentity, parseIdentifier } from "./kubernetes-names.ts";
import { type Observed, observeOne } from "./observe-workloads.ts";
import { readPostMortem } from "./post-mortem.ts";
import { patchJobOf } from "./start-workload.ts";
import { identifyJob, isEnding, judgeJob } from "./workload-state.ts";

/**
 * Deadlines that have passed by the time they are written; counted in whole seconds from the Job's start. Two, to
 * alternate: only a changed deadline makes the Job controller look again, should it have missed the first.
 */
const DEADLINES_NOW_SECONDS = [1, 2] as const;

/**
 * One step towards gone, decided by what is there now and by nothing remembered:
 * nothing → absent; never started → deleted, gone; running → its deadline moved to now, stopping; ended → deleted
 * with its pods and Secret, gone.
 *
 * A running Job is ended in place rather than deleted, because deleting takes the evidence with it: the kubelet
 * removes the pod a moment after its containers ended, and a Job that is being deleted counts nothing. With its
 * deadline passed the Job controller deletes the pods gracefully (SIGTERM, the pod's own grace period) and, from
 * Kubernetes 1.31, writes Failed only once all have terminated: that condition stays, and is what makes `gone`
 * positive. `judgeJob` says what else is.
 *
 * What is left of the bot is kept before that step after which it may be gone: before the deadline that makes the Job
 * controller remove the pod, and before the Job is deleted.
 */
export async function stopWorkload(
  namespace: ClusterNamespace,
  ref: WorkloadRef,
  { keep }: StopOptions = {},
): Promise<StopOutcome> {
  try {
    const observed = await observeOne(namespace, ref);
    if (observed === null) return { kind: "absent" };
    if (keep !== undefined && isAboutToGo(observed)) await keep(await readPostMortem(namespace, observed));
    return await step(namespace, observed);
  } catch (error) {
    return { kind: "failed", reason: describeFailure(error, "stop the Job", namespace.settings.now()).reason };
  }
}

function isAboutToGo({ job, pods, jobExists }: Observed): boolean {
  const { kind } = judgeJob({ job, pods });
  if (kind === "inert") return false;
  return kind !== "active" || (pods.length > 0 && jobExists && !isEnding(job));
}

async function step(namespace: ClusterNamespace, observed: Observed): Promise<StopOutcome> {
  const identity = parseIdentifier(identifyJob(observed.job));
  if (identity === null) return { kind: "failed", reason: "The API server reports a Job without name or uid." };
  const stage = judgeJob(observed);
  switch (stage.kind) {
    case "inert":
      return deleteInert(namespace, observed, identity);
    case "active":
      return endActive(namespace, observed, identity);
    case "ended":
      if (observed.jobExists) await deleteJob(namespace, identity, "Background");
      return { kind: "gone" };
    case "vanished":
      await deleteJob(namespace, identity, "Background");
      return { kind: "absent" };
  }
}

/** Only the suspended version that was seen may go: a start that came in between makes the server refuse (409). */
async function deleteInert(
  namespace: ClusterNamespace,
  observed: Observed,
  identity: JobIdentity,
): Promise<StopOutcome> {
  const deleted = await deleteJob(namespace, identity, "Background", observed.job.metadata?.resourceVersion);
  if (deleted === "deleted") return { kind: "gone" };
  return deleted === "changed" ? { kind: "stopping" } : { kind: "absent" };
}

async function endActive(namespace: ClusterNamespace, observed: Observed, identity: JobIdentity): Promise<StopOutcome> {
  const { job, pods, jobExists } = observed;
  if (!jobExists) return endOrphans(namespace, pods);
  if (isEnding(job)) return { kind: "stopping" };
  if (job.spec?.suspend === true) {
    // Somebody suspended it while it ran: a deadline does not count then, so it goes with its pods.
    await deleteJob(namespace, identity, "Foreground");
  } else {
    const [first, second] = DEADLINES_NOW_SECONDS;
    await moveDeadline(namespace, identity, job.spec?.activeDeadlineSeconds === first ? second : first);
  }
  return { kind: "stopping" };
}

async function moveDeadline(namespace: ClusterNamespace, identity: JobIdentity, value: number): Promise<void> {
  try {
    await patchJobOf(namespace, identity, [{ op: "add", path: "/spec/activeDeadlineSeconds", value }]);
  } catch (error) {
    // It went, or another took its name, since it was read: the next step sees which.
    const code = readRefusal(error, namespace.settings.now())?.code;
    if (code !== 404 && code !== 422) throw error;
  }
}

/** Pods that outlived their Job (deleted with `--cascade=orphan`): nobody but us will end them. */
async function endOrphans(namespace: ClusterNamespace, pods: readonly V1Pod[]): Promise<StopOutcome> {
  for (const pod of pods) {
    const { name, uid, deletionTimestamp } = pod.metadata ?? {};
    if (name === undefined || deletionTimestamp !== undefined) continue;
    await unlessGone(namespace, () =>
      namespace.write((apis) =>
        apis.core.deleteNamespacedPod({
          namespace: namespace.settings.namespace,
          name,
          body: { preconditions: { uid } },
        }),
      ),
    );
  }
  return { kind: "stopping" };
}

/**
 * Deletes the Job of this uid (and of this version, if given) with what it owns. The policy is always said: without
 * one batch/v1 leaves the pods behind, running. The grace period is the pods' own.
 */
async function deleteJob(
  namespace: ClusterNamespace,
  identity: JobIdentity,
  propagationPolicy: "Background" | "Foreground",
  resourceVersion?: string,
): Promise<"deleted" | "missing" | "changed"> {
  const preconditions = { uid: identity.uid, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return unlessGone(namespace, () =>
    namespace.write((apis) =>
      apis.batch.deleteNamespacedJob({
        namespace: identity.namespace,
        name: identity.name,
        body: { propagationPolicy, preconditions },
      }),
    ),
  );
}

async function unlessGone(
  namespace: ClusterNamespace,
  request: () => Promise<unknown>,
): Promise<"deleted" | "missing" | "changed"> {
  try {
    await request();
    return "deleted";
  } catch (error) {
    const code = readRefusal(error, namespace.settings.now())?.code;
    if (code === 404) return "missing";
    if (code === 409) return "changed";
    throw error;
  }
}
