import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { KUBERNETES } from "./places.ts";

/** Any Kubernetes object, as it stands in a file. */
export type Manifest = {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
  // biome-ignore lint/suspicious/noExplicitAny: what holds for each kind is checked against Kubernetes' own description
  [field: string]: any;
};

export type ManifestFile = { file: string; manifests: readonly Manifest[] };

/** Every manifest below deploy/kubernetes, file by file. Throws for YAML that is not well-formed or repeats a key. */
export function readManifestFiles(): ManifestFile[] {
  return globSync("**/*.yaml", { cwd: KUBERNETES })
    .filter((file) => file !== "kustomization.yaml")
    .sort()
    .map((file) => ({ file, manifests: readYaml<Manifest>(file) }));
}

/** The documents of one file of deploy/kubernetes. */
export function readYaml<T>(file: string): T[] {
  return parseAllDocuments(readFileSync(join(KUBERNETES, file), "utf8")).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    return document.toJS() as T;
  });
}

/** The one manifest of that kind and name. */
export function findManifest(kind: string, name: string): Manifest {
  const found = readManifestFiles()
    .flatMap(({ manifests }) => manifests)
    .filter((manifest) => manifest.kind === kind && manifest.metadata.name === name);
  const [manifest, ...others] = found;
  if (manifest === undefined || others.length > 0) throw new Error(`${found.length} manifests are the ${kind} ${name}`);
  return manifest;
}
