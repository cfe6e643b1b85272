import { z } from "zod";

/** The processes that read configuration. */
export type ConfiguredProcess = "web" | "dispatcher";

/** What a variable means, for messages, the start-up summary and docs/configuration.md. */
export type VariableMeta = {
  meaning: string;
  /** A value that is right, without the name. */
  example: string;
  processes: readonly ConfiguredProcess[];
  /** When it must be set, in words ("always", "when …"); unset = never. */
  requiredWhen?: string;
  /** What happens when it is not set, where that is no plain default value. */
  defaultText?: string;
  /** Hidden wherever the configuration is shown; `in-url`: only the password of an address is. */
  secret?: true | "in-url";
};

/** Says of every variable's schema what it means: the one source of documents, messages and summary. */
export const variableRegistry = z.registry<VariableMeta>();

/** Schemas by variable name. Each reads the raw text, undefined when not set. */
export type VariableShape = Readonly<Record<string, z.ZodType>>;

/** Any text that is not blank. */
export function plainText() {
  return z.string("is required");
}

/** A whole number written in digits. */
export function integerText(min: number, max: number) {
  const range = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, { error: range, abort: true })
    .transform(Number)
    .refine((value) => value >= min && value <= max, range);
}

/** `true` or `false`. */
export function flagText() {
  return z.enum(["true", "false"], "must be true or false").transform((value) => value === "true");
}

/** Values separated by commas; each is trimmed, and an empty one refused. */
export function listText() {
  return z
    .string()
    .transform((value) => value.split(",").map((part) => part.trim()))
    .refine((parts) => parts.every((part) => part !== ""), "has an empty part; remove the extra comma");
}

/** `name=value` pairs separated by commas. */
export function pairsText() {
  const message = "must be name=value pairs, separated by commas";
  return z
    .string()
    .refine((value) => value.split(",").every((part) => /^[^=\s]+=[^=]*$/.test(part.trim())), {
      error: message,
      abort: true,
    })
    .transform((value) => Object.fromEntries(value.split(",").map((part) => splitPair(part.trim()))));
}

/** An http or https address; a trailing slash is taken off. */
export function httpAddressText() {
  return z
    .string()
    .refine(isPlainHttpAddress, "must be an http:// or https:// address without query, fragment or password")
    .transform((value) => value.replace(/\/+$/, ""));
}

function splitPair(part: string): [string, string] {
  const at = part.indexOf("=");
  return [part.slice(0, at), part.slice(at + 1)];
}

function isPlainHttpAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.search === "" && url.hash === "" && url.username === "";
}
