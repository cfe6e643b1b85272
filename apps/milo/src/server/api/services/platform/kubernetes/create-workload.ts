import type { V1Job } from "@kubernetes/client-node";
import type {
  CreateOutcome,
  DefiniteFailure,
  LaunchSecrets,
  RenderedRequest,
  UnknownOutcome,
} from "../platform-service.ts";
import type { ClusterNamespace } from "./cluster-namespace.ts";
import { createSecret } from "./create-secret.ts";
import { describeFailure, isNameTaken, readRefusal } from "./kubernetes-errors.ts";
import { INSTALLATION_LABEL, isOurs, LAUNCH_KEY_LABEL, SPEC_HASH_ANNOTATION } from "./kubernetes-names.ts";
import { readJob } from "./observe-workloads.ts";
import { type KubernetesRequest, readRequest } from "./render-request.ts";
import { stopWorkload } from "./stop-workload.ts";
import { identifyJob } from "./workload-state.ts";

type Failure = DefiniteFailure | UnknownOutcome;
type Made = { kind: "made"; job: V1Job; adopted: boolean };

/**
 * Makes the suspended Job, then its Secret, which the Job owns. Both are named by the launch key, so that sending
 * the request again meets what an earlier send made.
 */
export async function createWorkload(
  namespace: ClusterNamespace,
  stored: RenderedRequest,
  secrets: LaunchSecrets,
  options: { resend: boolean; signal: AbortSignal },
): Promise<CreateOutcome> {
  const request = readRequest(stored);
  const made = await createJob(namespace, request, options);
  if (made.kind !== "made") return made;
  const identifier = identifyJob(made.job);
  const failure = await createSecret(namespace, request.job, made.job, secrets, options.signal);
  if (failure === null) return { kind: "created", identifier, adopted: made.adopted };
  if (failure.kind === "failed") {
    // Best effort: what stays behind is suspended, and the sweep for orphans removes it.
    const launchKey = request.job.metadata?.labels?.[LAUNCH_KEY_LABEL] ?? "";
    await stopWorkload(namespace, { launchKey, identifier, request });
  }
  return failure;
}

async function createJob(
  namespace: ClusterNamespace,
  request: KubernetesRequest,
  options: { resend: boolean; signal: AbortSignal },
): Promise<Made | Failure> {
  const nowMs = namespace.settings.now();
  try {
    const job = await namespace.write(
      (apis) =>
        apis.batch.createNamespacedJob({
          namespace: request.namespace,
          body: request.job,
          // A field that the server would drop in silence is an error.
          fieldValidation: "Strict",
        }),
      options.signal,
    );
    return { kind: "made", job, adopted: false };
  } catch (error) {
    const failure = describeFailure(error, "create the Job", nowMs);
    if (isNameTaken(readRefusal(error, nowMs))) return lookAtHolder(namespace, request, options.signal, null);
    // A refusal says nothing of the earlier send: its Job may be the one that fills the quota.
    if (failure.kind === "failed" && options.resend) {
      return lookAtHolder(namespace, request, options.signal, failure);
    }
    return failure;
  }
}

/** Adopts the Job that bears our name; `failure` is the answer when there is none. */
async function lookAtHolder(
  namespace: ClusterNamespace,
  request: KubernetesRequest,
  signal: AbortSignal,
  failure: DefiniteFailure | null,
): Promise<Made | Failure> {
  const name = request.job.metadata?.name ?? "";
  try {
    const job = await readJob(namespace, name, signal);
    if (job === null) {
      return (
        failure ?? { kind: "failed", class: "transient", reason: `The Job ${name} existed a moment ago, and is gone.` }
      );
    }
    return adopt(job, request);
  } catch (error) {
    const looked = describeFailure(error, "read the Job", namespace.settings.now());
    const first = failure === null ? `A Job ${name} exists already.` : failure.reason;
    return { kind: "unknown", reason: `${first} ${looked.reason}` };
  }
}

function adopt(job: V1Job, request: KubernetesRequest): Made | DefiniteFailure {
  const wanted = request.job.metadata;
  const name = wanted?.name ?? "";
  const installationId = wanted?.labels?.[INSTALLATION_LABEL] ?? "";
  const launchKey = wanted?.labels?.[LAUNCH_KEY_LABEL] ?? "";
  const sameSpec = job.metadata?.annotations?.[SPEC_HASH_ANNOTATION] === wanted?.annotations?.[SPEC_HASH_ANNOTATION];
  if (!isOurs(job.metadata, installationId, launchKey) || !sameSpec) {
    return {
      kind: "failed",
      class: "config",
      reason: `A Job named ${name} exists that milo did not make; it is left alone.`,
    };
  }
  if (job.metadata?.deletionTimestamp !== undefined) {
    return { kind: "failed", class: "transient", reason: `The Job ${name} exists and is being deleted.` };
  }
  return { kind: "made", job, adopted: true };
}
