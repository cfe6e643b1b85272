import { serializationError } from "./errors.ts";

/** A JSON object as it came over the wire, nothing about it known. */
export type Input = Record<string, unknown>;

function wrongType(field: string, wanted: string): Error {
  return serializationError(`Member ${field} must be of type ${wanted}`);
}

export function asObject(value: unknown, field: string): Input {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrongType(field, "structure");
  return value as Input;
}

/** The object under `field`; absent and null are both undefined, as in AWS's own parser. */
export function readObject(input: Input, field: string): Input | undefined {
  const value = input[field];
  return value === undefined || value === null ? undefined : asObject(value, field);
}

export function readString(input: Input, field: string): string | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw wrongType(field, "string");
  return value;
}

export function readNumber(input: Input, field: string): number | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number") throw wrongType(field, "number");
  return value;
}

export function readBoolean(input: Input, field: string): boolean | undefined {
  const value = input[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "boolean") throw wrongType(field, "boolean");
  return value;
}

export function readArray(input: Input, field: string): unknown[] {
  const value = input[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrongType(field, "list");
  return value;
}

export function readStrings(input: Input, field: string): string[] {
  return readArray(input, field).map((value) => {
    if (typeof value !== "string") throw wrongType(field, "list of string");
    return value;
  });
}

export function readObjects(input: Input, field: string): Input[] {
  return readArray(input, field).map((value) => asObject(value, field));
}
