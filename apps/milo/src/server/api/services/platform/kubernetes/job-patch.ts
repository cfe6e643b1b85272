import { isDeepStrictEqual } from "node:util";
import type { V1Job } from "@kubernetes/client-node";
import jsonPatch, { type Operation } from "fast-json-patch";
import { KubernetesSettingsError } from "./kubernetes-settings.ts";

/** What milo relies on: changed, a bot would run twice, run too early, be lost from sight or be killed at once. */
const PROTECTED: readonly { path: string; read: (job: V1Job) => unknown }[] = [
  { path: "/apiVersion", read: (job) => job.apiVersion },
  { path: "/kind", read: (job) => job.kind },
  { path: "/metadata/name", read: (job) => job.metadata?.name },
  { path: "/metadata/namespace", read: (job) => job.metadata?.namespace },
  { path: "/spec/suspend", read: (job) => job.spec?.suspend },
  { path: "/spec/parallelism", read: (job) => job.spec?.parallelism },
  { path: "/spec/completions", read: (job) => job.spec?.completions },
  { path: "/spec/backoffLimit", read: (job) => job.spec?.backoffLimit },
  { path: "/spec/podReplacementPolicy", read: (job) => job.spec?.podReplacementPolicy },
  { path: "/spec/podFailurePolicy", read: (job) => job.spec?.podFailurePolicy },
  { path: "/spec/template/spec/restartPolicy", read: (job) => job.spec?.template?.spec?.restartPolicy },
  { path: "/spec/template/spec/containers/0/name", read: (job) => job.spec?.template?.spec?.containers?.[0]?.name },
];

/**
 * Applies the operator's JSON patch (RFC 6902) to a rendered Job.
 * @throws {KubernetesSettingsError} when an operation does not fit the Job, or changes what milo relies on
 */
export function patchJob(job: V1Job, operations: readonly Operation[]): V1Job {
  if (operations.length === 0) return job;
  const patched = applyTo(job, operations);
  for (const { path, read } of PROTECTED) {
    if (!isDeepStrictEqual(read(job), read(patched))) {
      throw new KubernetesSettingsError(`The Job patch changes ${path}, which milo relies on.`);
    }
  }
  refuseLost("/metadata/labels", job.metadata?.labels, patched.metadata?.labels);
  refuseLost(
    "/spec/template/metadata/labels",
    job.spec?.template.metadata?.labels,
    patched.spec?.template.metadata?.labels,
  );
  const before = job.spec?.template.spec?.containers[0];
  const after = patched.spec?.template.spec?.containers[0];
  refuseLost("/spec/template/spec/containers/0/env", before?.env, after?.env);
  refuseLost("/spec/template/spec/containers/0/envFrom", before?.envFrom, after?.envFrom);
  return patched;
}

function applyTo(job: V1Job, operations: readonly Operation[]): V1Job {
  try {
    return jsonPatch.applyPatch(structuredClone(job), structuredClone([...operations]), true).newDocument;
  } catch (error) {
    // The library's message repeats the whole document after its first line.
    const message = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new KubernetesSettingsError(`The Job patch cannot be applied: ${message}`);
  }
}

/** Additions are welcome; what we put there must stay. */
function refuseLost(path: string, before: object | undefined, after: object | undefined): void {
  const kept = Array.isArray(after) ? after : Object.entries(after ?? {});
  const wanted = Array.isArray(before) ? before : Object.entries(before ?? {});
  if (wanted.every((entry) => kept.some((other) => isDeepStrictEqual(other, entry)))) return;
  throw new KubernetesSettingsError(`The Job patch takes something away from ${path} that milo relies on.`);
}
