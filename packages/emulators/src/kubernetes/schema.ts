/** A small description of JSON: what fields exist and of what type they are. */
export type Schema =
  | "string"
  | "integer"
  | "boolean"
  | "any"
  | { readonly map: Schema }
  | { readonly list: Schema }
  | { readonly fields: Readonly<Record<string, Schema>> };

/** Thrown for a value of the wrong type: the API server cannot even decode it. */
export class DecodeError extends Error {}

/** Keeps only what the schema knows, as decoding into a typed object does; `unknown` gets the paths it dropped. */
export function decode(schema: Schema, value: unknown, path: string, unknown: string[]): unknown {
  if (value === null || value === undefined || schema === "any") return value ?? undefined;
  if (typeof schema === "string") {
    const fits = schema === "integer" ? Number.isInteger(value) : typeof value === schema;
    if (!fits)
      throw new DecodeError(`json: cannot unmarshal ${kindOf(value)} into Go struct field ${path} of type ${schema}`);
    return value;
  }
  if ("list" in schema) {
    if (!Array.isArray(value)) throw wrongKind(value, path, "slice");
    return value.map((item, index) => decode(schema.list, item, `${path}[${index}]`, unknown));
  }
  if (typeof value !== "object" || Array.isArray(value)) throw wrongKind(value, path, "struct");
  const entries = Object.entries(value).flatMap(([key, field]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const known = "map" in schema ? schema.map : Object.hasOwn(schema.fields, key) ? schema.fields[key] : undefined;
    if (known === undefined) {
      unknown.push(at);
      return [];
    }
    const decoded = decode(known, field, at, unknown);
    return decoded === undefined ? [] : [[key, decoded] as const];
  });
  return Object.fromEntries(entries);
}

function wrongKind(value: unknown, path: string, wanted: string): DecodeError {
  return new DecodeError(`json: cannot unmarshal ${kindOf(value)} into Go struct field ${path} of type ${wanted}`);
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? "array" : typeof value;
}
