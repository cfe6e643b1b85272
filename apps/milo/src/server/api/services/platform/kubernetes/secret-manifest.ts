import type { V1Job, V1OwnerReference, V1Secret } from "@kubernetes/client-node";
import type { LaunchSecrets } from "../platform-service.ts";
import { INSTALLATION_LABEL, type JobIdentity, LAUNCH_KEY_LABEL } from "./kubernetes-names.ts";

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation = { op: "test" | "add" | "replace"; path: string; value: unknown };

/** The Secret of one attempt: named like its Job, and removed with it. */
export function buildSecret(rendered: V1Job, owner: JobIdentity, secrets: LaunchSecrets): V1Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: {
      name: owner.name,
      namespace: owner.namespace,
      labels: { ...rendered.metadata?.labels },
      ownerReferences: [buildOwner(owner)],
    },
    data: encode(secrets),
  };
}

/**
 * Takes over a Secret that exists under our name, if its labels say that it is this attempt's: the `test`
 * operations make the API server compare, so that milo needs no right to read Secrets.
 */
export function adoptSecretPatch(rendered: V1Job, owner: JobIdentity, secrets: LaunchSecrets): PatchOperation[] {
  const labels = rendered.metadata?.labels ?? {};
  return [
    ...[INSTALLATION_LABEL, LAUNCH_KEY_LABEL].map((label): PatchOperation => {
      return { op: "test", path: `/metadata/labels/${label.replace("/", "~1")}`, value: labels[label] };
    }),
    { op: "add", path: "/metadata/ownerReferences", value: [buildOwner(owner)] },
    { op: "add", path: "/data", value: encode(secrets) },
  ];
}

function buildOwner(owner: JobIdentity): V1OwnerReference {
  return { apiVersion: "batch/v1", kind: "Job", name: owner.name, uid: owner.uid };
}

function encode(secrets: LaunchSecrets): { [name: string]: string } {
  return { MILO_ATTEMPT_TOKEN: Buffer.from(secrets.attemptToken).toString("base64") };
}
