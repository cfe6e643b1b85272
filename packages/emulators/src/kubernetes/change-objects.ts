import { isDeepStrictEqual } from "node:util";
import { type EmulatorRequest, type EmulatorResponse, parseJson } from "../runtime/http-message.ts";
import { type Cluster, keyOf } from "./cluster.ts";
import type { GarbageCollector, PropagationPolicy } from "./garbage-collector.ts";
import { JOB_SCHEMA, SECRET_SCHEMA } from "./object-schemas.ts";
import type { Job, KubeObject, Pod, Resource } from "./objects.ts";
import { applyPatch } from "./patching.ts";
import { DecodeError, decode } from "./schema.ts";
import { badRequest, conflict, invalid, methodNotAllowed, notFound, type StatusCause } from "./status-errors.ts";
import { validateJob, validateSecret } from "./validation.ts";

const CHANGEABLE_JOB_FIELDS: readonly string[] = [
  "suspend",
  "parallelism",
  "activeDeadlineSeconds",
  "backoffLimit",
  "ttlSecondsAfterFinished",
];

interface Target {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

/** Patches a Job or Secret: JSON patch, merge patch or strategic merge patch. Status cannot be changed here. */
export function patchObject(cluster: Cluster, request: EmulatorRequest, target: Target): EmulatorResponse {
  const { resource, namespace, name } = target;
  if (resource !== "jobs" && resource !== "secrets") throw methodNotAllowed();
  const old = cluster.store.get(resource, namespace, name);
  if (old === undefined) throw notFound(resource, name);
  const patched = decodePatched(
    applyPatch(request.headers["content-type"] ?? "", old, parseJson(request)),
    resource === "jobs" ? JOB_SCHEMA : SECRET_SCHEMA,
  );
  if (patched.metadata.resourceVersion !== old.metadata.resourceVersion) {
    const why = "the object has been modified; please apply your changes to the latest version and try again";
    throw conflict(resource, name, why);
  }
  const causes = [
    ...findImmutableChanges(old, patched),
    ...(resource === "jobs" ? validateJob(patched as Job) : validateSecret(patched as never)),
  ];
  if (causes.length > 0) throw invalid(resource, name, causes);
  if (request.query.getAll("dryRun").includes("All")) return { status: 200, body: patched };
  const stored = cluster.store.update(resource, { namespace, name }, (draft) => {
    const { generation } = draft.metadata;
    const isNewSpec = "spec" in old && !isDeepStrictEqual((patched as Job).spec, (old as Job).spec);
    Object.assign(draft, patched, "status" in old ? { status: old.status } : {});
    if (isNewSpec) draft.metadata.generation = (generation ?? 1) + 1;
  });
  return { status: 200, body: stored };
}

function decodePatched(value: unknown, schema: typeof JOB_SCHEMA): KubeObject {
  try {
    return decode(schema, value, "", []) as KubeObject;
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message);
    throw error;
  }
}

function findImmutableChanges(old: KubeObject, patched: KubeObject): StatusCause[] {
  const changed: [string, unknown][] = [];
  for (const field of ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp"] as const) {
    if (old.metadata[field] !== patched.metadata[field]) changed.push([`metadata.${field}`, patched.metadata[field]]);
  }
  const [before, after] = [old, patched].map((object) => ("spec" in object ? (object.spec as Job["spec"]) : {}));
  for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const values = [before, after].map((spec) => (spec as Record<string, unknown>)[field]);
    if (!CHANGEABLE_JOB_FIELDS.includes(field) && !isDeepStrictEqual(values[0], values[1])) {
      changed.push([`spec.${field}`, values[1]]);
    }
  }
  return changed.map(([field, value]) => ({
    reason: "FieldValueInvalid",
    field,
    message: `Invalid value: ${JSON.stringify(value)}: field is immutable`,
  }));
}

interface DeleteOptions {
  readonly propagationPolicy?: string;
  readonly gracePeriodSeconds?: number;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

/** Deletes an object. Without a policy a Job's pods are orphaned, as batch/v1 does by default. */
export function deleteObject(
  cluster: Cluster,
  request: EmulatorRequest,
  target: Target,
  hooks: { garbage: GarbageCollector; deletePod: (pod: Pod, graceSeconds?: number) => void },
): EmulatorResponse {
  const { resource, namespace, name } = target;
  const object = cluster.store.get(resource, namespace, name);
  if (object === undefined) throw notFound(resource, name);
  const options = readDeleteOptions(request);
  checkPreconditions(target, object, options);
  const { kind, metadata } = object;
  const details = { name, ...(resource === "jobs" ? { group: "batch" } : {}), kind: resource, uid: metadata.uid };
  const done = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details };
  if (options.dryRun?.includes("All")) return { status: 200, body: kind === "Pod" ? object : done };
  switch (resource) {
    case "jobs": {
      const left = hooks.garbage.deleteJob(object as Job, readPolicy(options));
      return { status: 200, body: left ?? done };
    }
    case "pods":
      hooks.deletePod(object as Pod, options.gracePeriodSeconds);
      return { status: 200, body: cluster.store.get("pods", namespace, name) ?? object };
    case "secrets":
      cluster.store.remove("secrets", keyOf(object));
      return { status: 200, body: done };
    default:
      throw methodNotAllowed();
  }
}

function readDeleteOptions(request: EmulatorRequest): DeleteOptions {
  const body = parseJson(request);
  if (body !== undefined) return (body ?? {}) as DeleteOptions;
  const { query } = request;
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  return {
    ...(grace ? { gracePeriodSeconds: Number(grace) } : {}),
    ...(policy ? { propagationPolicy: policy } : {}),
    ...(query.has("orphanDependents") ? { orphanDependents: query.get("orphanDependents") === "true" } : {}),
    dryRun: query.getAll("dryRun"),
  };
}

function readPolicy({ propagationPolicy, orphanDependents }: DeleteOptions): PropagationPolicy {
  switch (propagationPolicy) {
    case "Orphan":
    case "Background":
    case "Foreground":
      return propagationPolicy;
    case undefined:
      return orphanDependents === false ? "Background" : "Orphan";
    default:
      throw badRequest(`invalid propagationPolicy "${propagationPolicy}": must be Foreground, Background or Orphan`);
  }
}

function checkPreconditions(
  { resource, name }: Target,
  { metadata }: KubeObject,
  { preconditions }: DeleteOptions,
): void {
  const { uid, resourceVersion } = preconditions ?? {};
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw conflict(resource, name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion}`;
    throw conflict(resource, name, `Precondition failed: ${why}`);
  }
}
