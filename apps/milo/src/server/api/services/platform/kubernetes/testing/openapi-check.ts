import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type ValidateFunction } from "ajv";

/** A request as a server saw it. */
export type SeenRequest = { method: string; path: string; query: URLSearchParams; contentType: string; body: unknown };
/** Says what is wrong with a request, in sentences; nothing when it fits the API. */
export type RequestCheck = (request: SeenRequest) => string[];

type Parameter = { $ref?: string; name?: string; in?: string; schema?: { $ref?: string } };
type Operation = { parameters?: Parameter[]; consumes?: string[] };
type PathItem = { parameters?: Parameter[] } & { [method: string]: Operation | Parameter[] | undefined };
type Description = {
  paths: { [template: string]: PathItem };
  parameters: { [name: string]: Parameter };
  definitions: { [name: string]: { properties?: object; additionalProperties?: unknown } };
};

const DESCRIPTION_URL = new URL(
  "../../../../../../../../../../shared/contracts/kubernetes-openapi-v2.json",
  import.meta.url,
);
/** Served by every API server, and no part of its API description. */
const UNDESCRIBED = new Set(["/readyz"]);

/** A check against the Kubernetes API's own description, or null where that is not present. */
export function openRequestCheck(): RequestCheck | null {
  const file = fileURLToPath(DESCRIPTION_URL);
  if (!existsSync(file)) return null;
  return buildCheck(JSON.parse(readFileSync(file, "utf8")) as Description);
}

function buildCheck(description: Description): RequestCheck {
  const templates = Object.entries(description.paths).map(([template, item]) => ({
    pattern: new RegExp(`^${template.replace(/\{[^}]+\}/g, "[^/]+")}$`),
    item,
  }));
  const validate = buildValidators(description);
  return (request) => {
    if (UNDESCRIBED.has(request.path)) return [];
    // `/jobs/{name}` never matches `/jobs`, but a list of all namespaces could match a name.
    const item = templates.find(({ pattern }) => pattern.test(request.path))?.item;
    const operation = item?.[request.method.toLowerCase()] as Operation | undefined;
    if (item === undefined || operation === undefined) return [`${request.method} ${request.path} is not in the API`];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map((parameter) =>
      parameter.$ref === undefined ? parameter : resolve(description, parameter.$ref),
    );
    const where = `${request.method} ${request.path}`;
    return [
      ...findUnknownQuery(request, parameters),
      ...(request.method === "PATCH" ? checkPatch(request, operation) : checkBody(request, parameters, validate)),
    ].map((fault) => `${where}: ${fault}`);
  };
}

function resolve(description: Description, reference: string): Parameter {
  const parameter = description.parameters[reference.replace("#/parameters/", "")];
  if (parameter === undefined) throw new Error(`the API description has no ${reference}`);
  return parameter;
}

function findUnknownQuery(request: SeenRequest, parameters: readonly Parameter[]): string[] {
  const known = new Set(parameters.filter((parameter) => parameter.in === "query").map((parameter) => parameter.name));
  return [...request.query.keys()].filter((name) => !known.has(name)).map((name) => `unknown query parameter ${name}`);
}

function checkBody(
  request: SeenRequest,
  parameters: readonly Parameter[],
  validate: (reference: string) => ValidateFunction,
): string[] {
  const reference = parameters.find((parameter) => parameter.in === "body")?.schema?.$ref;
  if (request.body === undefined || request.body === null || request.body === "") return [];
  if (reference === undefined) return ["a body where none is taken"];
  const check = validate(reference);
  if (check(request.body)) return [];
  return (check.errors ?? []).map((error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`);
}

/** The description leaves a patch's body open; RFC 6902 says what it is. */
function checkPatch(request: SeenRequest, operation: Operation): string[] {
  if (!operation.consumes?.includes(request.contentType)) return [`content type ${request.contentType}`];
  const operations: unknown = request.body;
  if (!Array.isArray(operations)) return ["a JSON patch is an array"];
  const isOperation = (one: { op?: string; path?: string }) =>
    ["add", "remove", "replace", "move", "copy", "test"].includes(one.op ?? "") && one.path?.startsWith("/");
  return operations.every(isOperation) ? [] : ["an operation without op or path"];
}

/** Schemas closed to unknown fields, as `fieldValidation=Strict` closes them. */
function buildValidators(description: Description): (reference: string) => ValidateFunction {
  const definitions = Object.fromEntries(
    Object.entries(description.definitions).map(([name, schema]) => {
      const isClosed = schema.properties !== undefined && schema.additionalProperties === undefined;
      return [name, isClosed ? { ...schema, additionalProperties: false } : schema];
    }),
  );
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "kubernetes", definitions });
  return (reference) => {
    const validator = ajv.getSchema(`kubernetes${reference}`);
    if (validator === undefined) throw new Error(`the API description has no ${reference}`);
    return validator as ValidateFunction;
  };
}
