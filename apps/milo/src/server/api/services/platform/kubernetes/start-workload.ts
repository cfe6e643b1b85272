import { PatchStrategy, setHeaderOptions, type V1Job } from "@kubernetes/client-node";
import type { DefiniteFailure, StartOutcome, UnknownOutcome, WorkloadRef } from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { describeFailure, readRefusal } from "./kubernetes-errors.ts";
import { type JobIdentity, parseIdentifier } from "./kubernetes-names.ts";
import { readOurJob } from "./observe-workloads.ts";
import type { PatchOperation } from "./secret-manifest.ts";
import { identifyJob } from "./workload-state.ts";

/**
 * Resumes the Job whose uid is known, and no other that came to bear its name: the API server compares before it
 * changes anything. A failed start leaves the Job suspended, for `stop` to remove.
 */
export async function startWorkload(
  namespace: ClusterNamespace,
  ref: WorkloadRef,
  signal: AbortSignal,
): Promise<StartOutcome> {
  const identity = await resolveIdentity(namespace, ref);
  if ("kind" in identity) return identity;
  try {
    const job = await patchJobOf(namespace, identity, [{ op: "add", path: "/spec/suspend", value: false }], signal);
    return job.metadata?.deletionTimestamp === undefined ? { kind: "started" } : gone(identity, "is being deleted");
  } catch (error) {
    const nowMs = namespace.settings.now();
    const code = readRefusal(error, nowMs)?.code;
    if (code === 404) return gone(identity, "is gone");
    // 422 is how the API server answers a `test` operation that does not hold.
    if (code === 422) return { ...gone(identity, "was replaced by another of its name"), class: "config" };
    return describeFailure(error, "start the Job", nowMs);
  }
}

/** Changes the Job only while it bears the uid. Throws what the request throws. */
export function patchJobOf(
  namespace: ClusterNamespace,
  identity: JobIdentity,
  operations: readonly PatchOperation[],
  signal?: AbortSignal,
): Promise<V1Job> {
  const sameJob: PatchOperation = { op: "test", path: "/metadata/uid", value: identity.uid };
  return namespace.write(
    (apis) =>
      apis.batch.patchNamespacedJob(
        { namespace: identity.namespace, name: identity.name, body: [sameJob, ...operations] },
        setHeaderOptions("Content-Type", PatchStrategy.JsonPatch),
      ),
    signal,
  );
}

async function resolveIdentity(
  namespace: ClusterNamespace,
  ref: WorkloadRef,
): Promise<JobIdentity | DefiniteFailure | UnknownOutcome> {
  const known = ref.identifier === null ? null : parseIdentifier(ref.identifier);
  if (known !== null) return known;
  const unnamed: JobIdentity = { namespace: namespace.settings.namespace, name: ref.launchKey, uid: "" };
  try {
    const job = await readOurJob(namespace, ref.launchKey, null);
    return job === null ? gone(unnamed, "is gone") : (parseIdentifier(identifyJob(job)) ?? gone(unnamed, "has no uid"));
  } catch (error) {
    return describeFailure(error, "read the Job", namespace.settings.now());
  }
}

function gone(identity: JobIdentity, what: string): DefiniteFailure {
  return { kind: "failed", class: "transient", reason: `The Job ${identity.name} ${what}; nothing was started.` };
}
