import type { IncomingMessage, ServerResponse } from "node:http";

/** A request, read to its end. */
export interface EmulatorRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** An answer as a value, so that a fault can let the work happen and lose the answer. */
export type EmulatorResponse =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** A string is sent as text/plain, anything else as JSON, nothing when absent. */
      readonly body?: unknown;
    }
  | { readonly stream: (response: ServerResponse) => void };

/** Thrown for a body that is not JSON. */
export class InvalidJsonError extends Error {}

/** Parses the body; an empty one is undefined. Throws InvalidJsonError. */
export function parseJson(request: EmulatorRequest): unknown {
  if (request.text === "") return undefined;
  try {
    return JSON.parse(request.text);
  } catch {
    throw new InvalidJsonError("the body is not JSON");
  }
}

export async function readRequest(message: IncomingMessage): Promise<EmulatorRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  const url = new URL(message.url ?? "/", "http://emulator");
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return {
    method: message.method ?? "GET",
    path: url.pathname,
    query: url.searchParams,
    headers,
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

/** Writes a response value. A response whose client has gone is dropped. */
export function writeResponse(response: ServerResponse, answer: EmulatorResponse): void {
  if (response.destroyed) return;
  if ("stream" in answer) {
    answer.stream(response);
    return;
  }
  const { status, headers = {}, body } = answer;
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const type =
    body === undefined ? {} : { "content-type": typeof body === "string" ? "text/plain" : "application/json" };
  response.writeHead(status, { ...type, "content-length": String(Buffer.byteLength(text)), ...headers });
  response.end(text);
}
