import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";

const CONTRACT = fileURLToPath(new URL("../../../../../shared/contracts/coolify-openapi.json", import.meta.url));

type Media = { schema?: unknown };
type Operation = {
  requestBody?: { content?: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> } | undefined>;
};
type Document = { paths: Record<string, Record<string, Operation | undefined> | undefined> };

export type Exchange = {
  method: string;
  /** As the document writes it, with `{uuid}`. */
  path: string;
  requestBody?: unknown;
  status: number;
  responseBody: unknown;
};

/** Coolify's own API description, if this machine has it. */
export function readContract(): Document | undefined {
  return existsSync(CONTRACT) ? (JSON.parse(readFileSync(CONTRACT, "utf8")) as Document) : undefined;
}

/** Makes a check that names where an exchange departs from the description: an empty list is full agreement. */
export function createExchangeCheck(contract: Document): (exchange: Exchange) => string[] {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: "coolify", ...contract }, "coolify", false, false);
  const matches = (pointer: string[], data: unknown): boolean => {
    const path = pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    return ajv.compile({ $ref: `coolify#/${path}` })(data) === true;
  };
  return ({ method, path, requestBody, status, responseBody }) => {
    const verb = method.toLowerCase();
    const name = `${method} ${path}`;
    const operation = contract.paths[path]?.[verb];
    if (operation === undefined) return [`${name}: unknown operation`];
    const found: string[] = [];
    const at = ["paths", path, verb];
    const json = "application/json";
    if (requestBody !== undefined && status < 400) {
      if (operation.requestBody?.content?.[json] === undefined) found.push(`${name}: request body`);
      else if (!matches([...at, "requestBody", "content", json, "schema"], requestBody)) found.push(`${name}: request`);
    }
    const response = operation.responses[String(status)];
    if (response === undefined) found.push(`${name}: ${status}`);
    else if (response.content?.[json] !== undefined) {
      if (!matches([...at, "responses", String(status), "content", json, "schema"], responseBody)) {
        found.push(`${name}: ${status} body`);
      }
    }
    return found;
  };
}
