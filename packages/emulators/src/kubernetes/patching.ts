import { isDeepStrictEqual } from "node:util";
import { badRequest, StatusError } from "./status-errors.ts";

type Json = Record<string, unknown>;

const MERGE_KEYS: Readonly<Record<string, string>> = { ownerReferences: "uid", containers: "name", env: "name" };
const SET_LISTS: readonly string[] = ["finalizers"];

/** Applies a patch of any of the three content types to a copy. Throws 400, 415 or 422 StatusErrors. */
export function applyPatch(contentType: string, target: unknown, patch: unknown): unknown {
  switch (contentType.split(";")[0]?.trim()) {
    case "application/json-patch+json":
      return applyJsonPatch(structuredClone(target), patch);
    case "application/merge-patch+json":
      return merge(target, patch, false);
    case "application/strategic-merge-patch+json":
      return merge(target, patch, true);
    default:
      throw new StatusError(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: " +
          "application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json",
        {},
      );
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function merge(target: unknown, patch: unknown, isStrategic: boolean): unknown {
  if (!isObject(patch)) return structuredClone(patch);
  const result: Json = isObject(target) ? structuredClone(target) : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (isStrategic && Array.isArray(value)) result[key] = mergeList(key, result[key], value);
    else result[key] = merge(result[key], value, isStrategic);
  }
  return result;
}

function mergeList(field: string, target: unknown, patch: unknown[]): unknown[] {
  const old: unknown[] = Array.isArray(target) ? target : [];
  if (SET_LISTS.includes(field)) return [...new Set([...old, ...patch])];
  const mergeKey = MERGE_KEYS[field];
  if (mergeKey === undefined) return structuredClone(patch);
  let result = structuredClone(old);
  for (const item of patch) {
    if (!isObject(item)) continue;
    const { $patch: directive, ...rest } = item;
    const index = result.findIndex((other) => isObject(other) && other[mergeKey] === item[mergeKey]);
    if (directive === "delete") result = result.filter((_, at) => at !== index);
    else if (index === -1) result.push(rest);
    else result[index] = merge(result[index], rest, true);
  }
  return result;
}

// Status and message: apiserver's jsonPatcher.applyJSPatch answers a patch that does not apply with a bare 422.
function doesNotApply(): StatusError {
  return new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}

function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest("error decoding patch: a JSON patch is an array of operations");
  const root = { "": document };
  for (const operation of patch) {
    if (!isObject(operation) || typeof operation.path !== "string") throw badRequest("error decoding patch");
    applyOperation(root, operation, operation.path);
  }
  return root[""];
}

function applyOperation(root: Json, operation: Json, path: string): void {
  const { parent, key } = locate(root, path);
  switch (operation.op) {
    case "test":
      if (!isDeepStrictEqual(read(parent, key), operation.value)) throw doesNotApply();
      return;
    case "add":
      write(parent, key, structuredClone(operation.value), true);
      return;
    case "replace":
      if (read(parent, key) === undefined) throw doesNotApply();
      write(parent, key, structuredClone(operation.value), false);
      return;
    case "remove":
      if (read(parent, key) === undefined) throw doesNotApply();
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
      return;
    case "move":
    case "copy": {
      const from = locate(root, String(operation.from));
      const value = read(from.parent, from.key);
      if (value === undefined) throw doesNotApply();
      if (operation.op === "move") applyOperation(root, { op: "remove" }, String(operation.from));
      applyOperation(root, { op: "add", value }, path);
      return;
    }
    default:
      throw badRequest(`error decoding patch: unknown operation ${JSON.stringify(operation.op)}`);
  }
}

function locate(root: Json, path: string): { parent: Json | unknown[]; key: string } {
  const parts = path.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = parts.pop() ?? "";
  let parent: unknown = root;
  for (const part of parts) parent = isContainer(parent) ? read(parent, part) : undefined;
  if (!isContainer(parent)) throw doesNotApply();
  return { parent, key };
}

function isContainer(value: unknown): value is Json | unknown[] {
  return typeof value === "object" && value !== null;
}

function read(parent: Json | unknown[], key: string): unknown {
  return Array.isArray(parent) ? parent[Number(key)] : parent[key];
}

function write(parent: Json | unknown[], key: string, value: unknown, isInsert: boolean): void {
  if (!Array.isArray(parent)) {
    parent[key] = value;
    return;
  }
  const index = key === "-" ? parent.length : Number(key);
  if (!Number.isInteger(index) || index < 0 || index > parent.length) throw doesNotApply();
  parent.splice(index, isInsert ? 0 : 1, value);
}
