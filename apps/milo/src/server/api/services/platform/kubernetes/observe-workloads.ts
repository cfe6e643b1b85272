import type { V1Job, V1Pod } from "@kubernetes/client-node";
import type { WorkloadRef } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { readRefusal } from "./kubernetes-errors.ts";
import {
  INSTALLATION_LABEL,
  isOurs,
  JOB_NAME_LABEL,
  type JobIdentity,
  LAUNCH_KEY_LABEL,
  parseIdentifier,
} from "./kubernetes-names.ts";
import type { JobAndPods } from "./workload-state.ts";

/** `jobExists` is false when only pods are left, whose Job was deleted. */
export type Observed = JobAndPods & { jobExists: boolean };

/** Every Job of our installation with its pods, and pods whose Job is gone. Throws what a request throws. */
export async function observeAll(namespace: ClusterNamespace): Promise<Observed[]> {
  const selector = `${INSTALLATION_LABEL}=${namespace.settings.installationId}`;
  // Jobs first: a Job seen finished had its pods until then, so that a pod missed can only be a removed one.
  const jobs = await namespace.listJobs(selector);
  return join(jobs, await namespace.listPods(selector));
}

/** What is there of one attempt, or null. Throws what a request throws. */
export async function observeOne(namespace: ClusterNamespace, ref: WorkloadRef): Promise<Observed | null> {
  const { installationId } = namespace.settings;
  const identity = ref.identifier === null ? null : parseIdentifier(ref.identifier);
  const job = await readOurJob(namespace, ref.launchKey, identity);
  const selector = `${INSTALLATION_LABEL}=${installationId},${JOB_NAME_LABEL}=${identity?.name ?? ref.launchKey}`;
  const uid = job?.metadata?.uid ?? identity?.uid;
  const pods = (await namespace.listPods(selector)).filter((pod) => uid === undefined || ownerUid(pod) === uid);
  return join(job === null ? [] : [job], pods)[0] ?? null;
}

/**
 * The Job of that uid, if it bears our installation's label, or else the one under the name, if it bears the attempt's
 * label too; null otherwise.
 */
export async function readOurJob(
  namespace: ClusterNamespace,
  launchKey: string,
  identity: JobIdentity | null,
): Promise<V1Job | null> {
  const name = identity?.name ?? launchKey;
  const job = await readJob(namespace, name);
  const key = identity === null ? launchKey : undefined;
  if (job === null || !isOurs(job.metadata, namespace.settings.installationId, key)) return null;
  return identity !== null && job.metadata?.uid !== identity.uid ? null : job;
}

/** The Job under the name, whoever's it is; null when there is none. */
export async function readJob(namespace: ClusterNamespace, name: string, signal?: AbortSignal): Promise<V1Job | null> {
  try {
    return await namespace.read(
      (apis) => apis.batch.readNamespacedJob({ namespace: namespace.settings.namespace, name }),
      signal,
    );
  } catch (error) {
    if (readRefusal(error, namespace.settings.now())?.code === 404) return null;
    throw error;
  }
}

function join(jobs: readonly V1Job[], pods: readonly V1Pod[]): Observed[] {
  const podsByUid = Map.groupBy(pods, ownerUid);
  const joined: Observed[] = jobs.map((job) => {
    const uid = job.metadata?.uid ?? "";
    const own = podsByUid.get(uid) ?? [];
    podsByUid.delete(uid);
    return { job, pods: own, jobExists: true };
  });
  const orphans = [...podsByUid].map(([uid, left]) => ({ job: standInFor(uid, left), pods: left, jobExists: false }));
  return [...joined, ...orphans];
}

/** A deleted Job as its pods remember it: it makes no further pod. */
function standInFor(uid: string, pods: readonly V1Pod[]): V1Job {
  const { namespace, labels, creationTimestamp } = pods[0]?.metadata ?? {};
  const name = labels?.[JOB_NAME_LABEL] ?? labels?.[LAUNCH_KEY_LABEL];
  return { metadata: { name, namespace, uid, labels, creationTimestamp, deletionTimestamp: creationTimestamp } };
}

/** Orphaning a pod takes its owner reference away, and leaves the Job controller's label. */
function ownerUid(pod: V1Pod): string {
  const owner = pod.metadata?.ownerReferences?.find((reference) => reference.kind === "Job");
  return owner?.uid ?? pod.metadata?.labels?.["batch.kubernetes.io/controller-uid"] ?? "";
}
