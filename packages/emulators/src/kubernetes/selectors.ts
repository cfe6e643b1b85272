import type { KubeObject, Resource } from "./objects.ts";
import { badRequest } from "./status-errors.ts";

export type Matcher = (object: KubeObject) => boolean;

const SET_REQUIREMENT = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^()]*)\)$/;
const EQUALITY_REQUIREMENT = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/;
const EXISTS_REQUIREMENT = /^(!?)\s*([^\s!=,()]+)$/;

/** Parses a label selector; throws a 400 StatusError for one the API server could not parse either. */
export function parseLabelSelector(selector: string | null): Matcher {
  if (selector === null || selector.trim() === "") return () => true;
  const matchers = splitOutsideParentheses(selector).map(parseLabelRequirement);
  return ({ metadata }) => matchers.every((matches) => matches(metadata.labels ?? {}));
}

function splitOutsideParentheses(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseLabelRequirement(text: string): (labels: Record<string, string>) => boolean {
  const set = SET_REQUIREMENT.exec(text);
  if (set !== null) {
    const [, key = "", operator, list = ""] = set;
    const values = list.split(",").map((value) => value.trim());
    return (labels) => {
      const value = labels[key];
      return (value !== undefined && values.includes(value)) === (operator === "in");
    };
  }
  const equality = EQUALITY_REQUIREMENT.exec(text);
  if (equality !== null) {
    const [, key = "", operator, value] = equality;
    return (labels) => (labels[key] === value) === (operator !== "!=");
  }
  const exists = EXISTS_REQUIREMENT.exec(text);
  if (exists === null) throw badRequest(`unable to parse requirement: ${text}`);
  const [, not, key = ""] = exists;
  return (labels) => Object.hasOwn(labels, key) === (not === "");
}

const FIELDS: Record<Resource, readonly string[]> = {
  jobs: ["status.successful"],
  pods: ["spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase"],
  events: [
    "involvedObject.kind",
    "involvedObject.namespace",
    "involvedObject.name",
    "involvedObject.uid",
    "involvedObject.apiVersion",
    "reason",
    "type",
    "reportingComponent",
  ],
  secrets: ["type"],
  resourcequotas: [],
};

/** Parses a field selector; only the fields the real resource supports are accepted, any other is a 400. */
export function parseFieldSelector(resource: Resource, selector: string | null): Matcher {
  if (selector === null || selector.trim() === "") return () => true;
  const matchers = selector.split(",").map((text): Matcher => {
    const parsed = /^([^=!]+)(==|=|!=)(.*)$/.exec(text.trim());
    if (parsed === null) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
    const [, field = "", operator, value] = parsed;
    if (!["metadata.name", "metadata.namespace", ...FIELDS[resource]].includes(field)) {
      throw badRequest(`field label not supported: ${field}`);
    }
    return (object) => (readField(object, field) === value) === (operator !== "!=");
  });
  return (object) => matchers.every((matches) => matches(object));
}

function readField(object: unknown, path: string): string {
  let value = object;
  for (const key of path.split(".")) {
    value = typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value === undefined ? "" : String(value);
}
