import type { z } from "zod";
import type { ConfigProblem, RawEnvironment } from "./problem.ts";
import { type VariableShape, variableRegistry } from "./variable.ts";

/** A variable as it takes effect, for the start-up summary. `shown` never holds a secret. */
export type EffectiveVariable = { variable: string; shown: string; source: "set" | "default" | "not set" };

/** One reading of an environment: what is read from, and everything found on the way. */
export type ConfigReading = {
  readonly env: RawEnvironment;
  readonly problems: ConfigProblem[];
  readonly warnings: ConfigProblem[];
  readonly effective: EffectiveVariable[];
};

/** The values of a shape; a variable that could not be read is absent, and its problem was reported. */
export type ShapeValues<Shape extends VariableShape> = { [Name in keyof Shape]?: z.output<Shape[Name]> };

/** The values of a shape of which every variable was read. */
export type CompleteValues<Shape extends VariableShape> = { [Name in keyof Shape]: z.output<Shape[Name]> };

export function startReading(env: RawEnvironment): ConfigReading {
  return { env, problems: [], warnings: [], effective: [] };
}

/** Reads each variable by its own schema, so that one bad value hides no other problem. Blank = not set. */
export function readShape<Shape extends VariableShape>(shape: Shape, reading: ConfigReading): ShapeValues<Shape> {
  const values: Record<string, unknown> = {};
  for (const [variable, schema] of Object.entries(shape)) {
    const raw = readRaw(reading.env, variable);
    const read = schema.safeParse(raw);
    if (read.success) {
      values[variable] = read.data;
      reading.effective.push(describeEffective(variable, schema, raw, read.data));
    } else reading.problems.push(describeIssue(variable, schema, raw, read.error.issues[0]?.message));
  }
  return values as ShapeValues<Shape>;
}

/** Whether nothing of a shape failed to be read; optional variables may be undefined. */
export function isComplete<Shape extends VariableShape>(
  shape: Shape,
  values: ShapeValues<Shape>,
): values is CompleteValues<Shape> {
  return Object.keys(shape).every((variable) => variable in values);
}

/** The value of a variable, trimmed; undefined when it is not set or blank. */
export function readRaw(env: RawEnvironment, variable: string): string | undefined {
  const trimmed = env[variable]?.trim();
  return trimmed === "" ? undefined : trimmed;
}

function describeIssue(
  variable: string,
  schema: z.ZodType,
  raw: string | undefined,
  message: string | undefined,
): ConfigProblem {
  const meta = variableRegistry.get(schema);
  const example = `${variable}=${meta?.example ?? ""}`;
  if (raw === undefined) {
    const when = meta?.requiredWhen ?? "always";
    const problem = when.startsWith("always") ? when.replace("always", "is required") : `is required ${when}`;
    return { variable, problem, example };
  }
  const shown = meta?.secret === undefined ? `, but is "${raw}"` : "";
  return { variable, problem: `${message ?? "is not valid"}${shown}`, example };
}

function describeEffective(
  variable: string,
  schema: z.ZodType,
  raw: string | undefined,
  value: unknown,
): EffectiveVariable {
  if (raw !== undefined) {
    return { variable, shown: maskSecret(raw, variableRegistry.get(schema)?.secret), source: "set" };
  }
  if (value === undefined) return { variable, shown: "", source: "not set" };
  return { variable, shown: Array.isArray(value) ? value.join(",") : String(value), source: "default" };
}

const HIDDEN = "(hidden)";

/** What may be shown of a value: nothing of a secret, and of an address all but its password and query. */
function maskSecret(raw: string, secret: true | "in-url" | undefined): string {
  if (secret === undefined) return raw;
  if (secret === true || !URL.canParse(raw)) return HIDDEN;
  const url = new URL(raw);
  const user = url.username === "" ? "" : `${url.username}${url.password === "" ? "" : ":***"}@`;
  return `${url.protocol}//${user}${url.host}${url.pathname}`;
}
