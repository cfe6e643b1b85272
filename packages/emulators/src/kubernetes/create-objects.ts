import type { EmulatorRequest, EmulatorResponse } from "../runtime/http-message.ts";
import type { Cluster } from "./cluster.ts";
import { completeJob, type SentJob } from "./defaults.ts";
import { JOB_SCHEMA, SECRET_SCHEMA } from "./object-schemas.ts";
import { formatTime, type KubeObject, RESOURCES, type Resource, type Secret } from "./objects.ts";
import { generateName } from "./pod-factory.ts";
import { checkQuota } from "./quota.ts";
import { DecodeError, decode, type Schema } from "./schema.ts";
import { alreadyExists, badRequest, forbidden, invalid, methodNotAllowed, namespaceNotFound } from "./status-errors.ts";
import { hasBase64Data, validateJob, validateSecret } from "./validation.ts";

type SentSecret = Partial<Secret> & { stringData?: Record<string, string> };

/** Creates a Job or Secret. The order of the checks is the real server's: the quota speaks before the name. */
export function createObject(
  cluster: Cluster,
  request: EmulatorRequest,
  resource: Resource,
  namespace: string,
): EmulatorResponse {
  if (resource !== "jobs" && resource !== "secrets") throw methodNotAllowed();
  const { sent, warnings } = decodeBody(request, resource === "jobs" ? JOB_SCHEMA : SECRET_SCHEMA, resource);
  const name = readName(sent, resource, namespace);
  if (namespace !== cluster.namespace) throw namespaceNotFound(namespace);
  const object =
    resource === "jobs" ? completeJob(sent as SentJob, name, namespace) : completeSecret(sent, name, namespace);
  const causes = object.kind === "Job" ? validateJob(object as never) : validateSecret(object as Secret);
  if (causes.length > 0) throw invalid(resource, name, causes);
  checkAdmission(cluster, resource, name, namespace);
  const existing = cluster.store.get(resource, namespace, name);
  if (existing !== undefined) {
    throw alreadyExists(resource, name, existing.metadata.deletionTimestamp !== undefined);
  }
  const isDryRun = request.query.getAll("dryRun").includes("All");
  const headers = warningHeaders(warnings);
  if (!isDryRun) return { status: 201, headers, body: cluster.store.add(resource, object as never) };
  object.metadata.creationTimestamp = formatTime(cluster.clock());
  return { status: 201, headers, body: object };
}

function checkAdmission(cluster: Cluster, resource: "jobs" | "secrets", name: string, namespace: string): void {
  if (cluster.settings.get().namespaceTerminating) {
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    const message = `namespace ${namespace} is being terminated`;
    throw forbidden(resource, name, why, [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }]);
  }
  const refusal = resource === "jobs" ? checkQuota(cluster, "jobs", name) : null;
  if (refusal !== null) throw refusal;
}

/** Decodes a body into its known fields; unknown ones are refused, warned of or ignored as `fieldValidation` says. */
function decodeBody(
  request: EmulatorRequest,
  schema: Schema,
  resource: Resource,
): { sent: Partial<KubeObject>; warnings: string[] } {
  const { kind, apiVersion } = RESOURCES[resource];
  const unknown: string[] = [];
  let sent: Partial<KubeObject>;
  try {
    sent = (decode(schema, JSON.parse(request.text), "", unknown) ?? {}) as Partial<KubeObject>;
  } catch (error) {
    if (!(error instanceof DecodeError || error instanceof SyntaxError)) throw error;
    const type = `${apiVersion.includes("/") ? `${apiVersion}, ` : ""}Kind=${kind}`;
    throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${type}: ${error.message}`);
  }
  if ((sent.kind ?? kind) !== kind || (sent.apiVersion ?? apiVersion) !== apiVersion) {
    throw badRequest(`the object provided is unrecognized (must be of type ${kind})`);
  }
  const fieldValidation = request.query.get("fieldValidation") || "Warn";
  const warnings = unknown.map((path) => `unknown field "${path}"`);
  if (fieldValidation === "Strict" && warnings.length > 0) {
    throw badRequest(
      `${kind} in version "${apiVersion}" cannot be handled as a ${kind}: strict decoding error: ${warnings.join(", ")}`,
    );
  }
  return { sent, warnings: fieldValidation === "Warn" ? warnings : [] };
}

function readName(sent: Partial<KubeObject>, resource: Resource, namespace: string): string {
  const { name, generateName: base, namespace: sentNamespace } = sent.metadata ?? {};
  if (sentNamespace && sentNamespace !== namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
  if (name) return name;
  if (base) return generateName(base);
  const message = "Required value: name or generateName is required";
  throw invalid(resource, "", [{ reason: "FieldValueRequired", field: "metadata.name", message }]);
}

function completeSecret(sent: SentSecret, name: string, namespace: string): Secret {
  const { stringData = {}, data = {}, metadata, type } = sent;
  if (!hasBase64Data(data)) {
    throw badRequest('Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 0');
  }
  const plain = Object.entries(stringData).map(([key, value]) => [key, Buffer.from(value).toString("base64")] as const);
  const { labels, annotations, ownerReferences, finalizers } = metadata ?? {};
  const kept = Object.entries({ labels, annotations, ownerReferences, finalizers }).filter(([, value]) => value);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, uid: "", creationTimestamp: "", ...Object.fromEntries(kept) },
    data: { ...data, ...Object.fromEntries(plain) },
    type: type ?? "Opaque",
  };
}

function warningHeaders(warnings: readonly string[]): Record<string, string> {
  if (warnings.length === 0) return {};
  return { warning: warnings.map((text) => `299 - "${text.replaceAll('"', '\\"')}"`).join(", ") };
}
