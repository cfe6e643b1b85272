import type { Application, EnvironmentVariable } from "./model.ts";
import { refuse, refuseFields } from "./responses.ts";
import { type CoolifyStore, makeUuid } from "./store.ts";

const KEY = /^[A-Za-z_][A-Za-z0-9_.]*$/;
const FLAGS = ["is_preview", "is_literal", "is_multiline", "is_shown_once", "is_runtime", "is_buildtime"] as const;

/**
 * `PATCH …/envs/bulk`: creates or overwrites variables one by one. Items before the first bad one stay written.
 * A flag left out falls back to its default, also on an existing variable. Throws 400 and 422.
 */
export function upsertEnvironment(
  store: CoolifyStore,
  application: Application,
  body: Record<string, unknown>,
  nowMs: number,
): EnvironmentVariable[] {
  const { data } = body;
  if (!Array.isArray(data) || data.length === 0) throw refuse(400, "Bulk data is required.");
  return data.map((item: unknown) => upsertOne(store, application, item, nowMs));
}

function upsertOne(store: CoolifyStore, application: Application, raw: unknown, nowMs: number): EnvironmentVariable {
  const item = (typeof raw === "object" && raw !== null ? raw : {}) as Record<string, unknown>;
  checkItem(item);
  const key = String(item.key);
  const isPreview = item.is_preview === true;
  const existing = application.environment.find((one) => one.key === key && one.isPreview === isPreview);
  const values = {
    key,
    value: String(item.value ?? ""),
    isPreview,
    isLiteral: item.is_literal === true,
    isMultiline: item.is_multiline === true,
    isShownOnce: item.is_shown_once === true,
    isRuntime: item.is_runtime !== false,
    isBuildtime: item.is_buildtime !== false,
    comment: typeof item.comment === "string" ? item.comment : null,
    updatedAtMs: nowMs,
  };
  if (existing !== undefined) return Object.assign(existing, values);
  const created = { id: store.nextId(), uuid: makeUuid(), createdAtMs: nowMs, ...values };
  application.environment.push(created);
  return created;
}

function checkItem(item: Record<string, unknown>): void {
  const errors: Record<string, string[]> = {};
  if (typeof item.key !== "string" || item.key === "") errors.key = ["The key field is required."];
  else if (!KEY.test(item.key)) errors.key = ["The key field format is invalid."];
  if (item.value !== undefined && item.value !== null && typeof item.value !== "string") {
    errors.value = ["The value field must be a string."];
  }
  for (const flag of FLAGS) {
    if (item[flag] !== undefined && typeof item[flag] !== "boolean") {
      errors[flag] = [`The ${flag.replaceAll("_", " ")} field must be true or false.`];
    }
  }
  if (Object.keys(errors).length > 0) throw refuseFields(errors);
}
