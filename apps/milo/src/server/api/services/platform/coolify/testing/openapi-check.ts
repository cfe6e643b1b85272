import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import type { WireCall } from "./coolify-wire.ts";

type Schema = { properties?: Record<string, Schema>; items?: Schema; [keyword: string]: unknown };
type Operation = {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: { "application/json"?: { schema: Schema } } };
};
type Description = { paths: Record<string, Record<string, Operation>> };

/** Says what is wrong with a call, in sentences; nothing when it fits the API. */
export type CallCheck = (call: WireCall) => string[];

const DESCRIPTION_URL = new URL("../../../../../../../../../../shared/contracts/coolify-openapi.json", import.meta.url);

/** A check against Coolify's own API description, or null where that is not present. */
export function openCallCheck(): CallCheck | null {
  const file = fileURLToPath(DESCRIPTION_URL);
  if (!existsSync(file)) return null;
  const { paths } = JSON.parse(readFileSync(file, "utf8")) as Description;
  const ajv = new Ajv({ strict: false, allErrors: true });
  return (call) => {
    const item = itemOf(paths, call.path);
    const operation = item?.[call.method.toLowerCase()];
    if (!operation) return [`${call.method} ${call.path} is not in the API`];
    return [...findUnknownQuery(operation, call), ...findBodyFaults(ajv, operation, call.body)];
  };
}

/** A literal path wins over one with a placeholder. */
function itemOf(paths: Description["paths"], path: string): Record<string, Operation> | undefined {
  const templates = Object.keys(paths).filter((template) =>
    new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`).test(path),
  );
  const [best] = templates.sort((a, b) => a.split("{").length - b.split("{").length);
  return best === undefined ? undefined : paths[best];
}

function findUnknownQuery(operation: Operation, call: WireCall): string[] {
  const known = new Set(operation.parameters?.filter((one) => one.in === "query").map((one) => one.name));
  return [...call.query.keys()].filter((name) => !known.has(name)).map((name) => `unknown query parameter ${name}`);
}

function findBodyFaults(ajv: Ajv, operation: Operation, body: unknown): string[] {
  const schema = operation.requestBody?.content["application/json"]?.schema;
  if (body === null) return schema ? ["the body is missing"] : [];
  if (!schema) return ["a body that the API does not take"];
  const validate = ajv.compile(closed(schema));
  return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

/** The description lets unknown fields pass; the server answers them with 422, so here they are faults. */
function closed(schema: Schema): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, inner]) => [name, closed(inner)]);
  return {
    ...schema,
    ...(schema.properties ? { properties: Object.fromEntries(properties), additionalProperties: false } : {}),
    ...(schema.items ? { items: closed(schema.items) } : {}),
  };
}
