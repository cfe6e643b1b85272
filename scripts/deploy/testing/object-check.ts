import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { ROOT } from "../../start/paths.ts";
import type { Manifest } from "./manifests.ts";

/** Kubernetes' own description of its API, where it is at hand; it is not part of this repository. */
const DESCRIPTION = join(ROOT, "../shared/contracts/kubernetes-openapi-v2.json");
const INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

type Definition = {
  type?: string | string[];
  properties?: object;
  additionalProperties?: unknown;
  "x-kubernetes-group-version-kind"?: readonly { group: string; version: string; kind: string }[];
};

/** Says what is wrong with an object, in sentences; nothing when it fits the API. */
export type ObjectCheck = (manifest: Manifest) => string[];

/**
 * A check of objects against Kubernetes' own API description, or null where that is not present. Unknown fields are
 * faults, as with `fieldValidation=Strict`.
 */
export function openObjectCheck(): ObjectCheck | null {
  if (!existsSync(DESCRIPTION)) return null;
  const { definitions } = JSON.parse(readFileSync(DESCRIPTION, "utf8")) as {
    definitions: Record<string, Definition>;
  };
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "kubernetes", definitions: closeDefinitions(definitions) });
  return (manifest) => {
    const name = findDefinition(definitions, manifest);
    if (name === undefined) return [`${manifest.apiVersion} ${manifest.kind} is not in the API`];
    const validate = ajv.getSchema(`kubernetes#/definitions/${name}`);
    if (validate === undefined) throw new Error(`${name} cannot be compiled`);
    if (validate(manifest)) return [];
    return (validate.errors ?? []).map((fault) => {
      return `${manifest.kind} ${manifest.metadata?.name} ${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`;
    });
  };
}

function findDefinition(definitions: Record<string, Definition>, manifest: Manifest): string | undefined {
  const isIt = (one: { group: string; version: string; kind: string }) =>
    one.kind === manifest.kind &&
    manifest.apiVersion === (one.group === "" ? one.version : `${one.group}/${one.version}`);
  return Object.keys(definitions).find((name) => definitions[name]?.["x-kubernetes-group-version-kind"]?.some(isIt));
}

function closeDefinitions(definitions: Record<string, Definition>): Record<string, Definition> {
  const closed = Object.entries(definitions).map(([name, definition]): [string, Definition] => {
    // The description calls it a string; in JSON and YAML it may be a number, too.
    if (name === INT_OR_STRING) return [name, { ...definition, type: ["string", "integer"] }];
    const isOpen = definition.properties === undefined || definition.additionalProperties !== undefined;
    return [name, isOpen ? definition : { ...definition, additionalProperties: false }];
  });
  return Object.fromEntries(closed);
}
