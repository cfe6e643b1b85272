import type { Cluster } from "./cluster.ts";
import type { ContainerSpec, EnvVar, Pod } from "./objects.ts";

/** The environment of a container, or why the kubelet cannot make it (CreateContainerConfigError). */
export type EnvResult =
  | { readonly ok: true; readonly env: Record<string, string> }
  | { readonly ok: false; readonly message: string };

/** Resolves `envFrom` and `env`, Secrets included, in the kubelet's order: `env` wins. */
export function resolveEnv(cluster: Cluster, pod: Pod, container: ContainerSpec): EnvResult {
  const { namespace } = pod.metadata;
  const parts = [
    ...(container.envFrom ?? []).map((source) => resolveSource(cluster, namespace, source)),
    ...(container.env ?? []).map((variable) => resolveVariable(cluster, namespace, variable)),
  ];
  const env: Record<string, string> = {};
  for (const part of parts) {
    if (!part.ok) return part;
    Object.assign(env, part.env);
  }
  return { ok: true, env };
}

function resolveSource(
  cluster: Cluster,
  namespace: string,
  { prefix = "", secretRef }: NonNullable<ContainerSpec["envFrom"]>[number],
): EnvResult {
  if (secretRef === undefined) return { ok: true, env: {} };
  const secret = cluster.store.get("secrets", namespace, secretRef.name);
  if (secret === undefined && secretRef.optional !== true) return missingSecret(secretRef.name);
  const entries = Object.entries(secret?.data ?? {});
  return { ok: true, env: Object.fromEntries(entries.map(([key, value]) => [prefix + key, decode(value)])) };
}

function resolveVariable(cluster: Cluster, namespace: string, { name, value, valueFrom }: EnvVar): EnvResult {
  const reference = valueFrom?.secretKeyRef;
  if (reference === undefined) return { ok: true, env: { [name]: value ?? "" } };
  const secret = cluster.store.get("secrets", namespace, reference.name);
  const found = secret?.data?.[reference.key];
  if (found !== undefined) return { ok: true, env: { [name]: decode(found) } };
  if (reference.optional === true) return { ok: true, env: {} };
  if (secret === undefined) return missingSecret(reference.name);
  return { ok: false, message: `couldn't find key ${reference.key} in Secret ${namespace}/${reference.name}` };
}

function missingSecret(name: string): EnvResult {
  return { ok: false, message: `secret "${name}" not found` };
}

function decode(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
