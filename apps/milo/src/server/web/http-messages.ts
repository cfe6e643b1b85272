import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/** A request that is refused: status and one sentence that says why, for the caller. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly issues: readonly string[] | undefined;

  constructor(
    status: number,
    message: string,
    more: { headers?: OutgoingHttpHeaders; issues?: readonly string[] } = {},
  ) {
    super(message);
    this.status = status;
    this.headers = more.headers ?? {};
    this.issues = more.issues;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
    "cache-control": "no-store",
    ...headers,
  });
  response.end(text);
}

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  const issues = refusal.issues === undefined ? {} : { issues: refusal.issues };
  sendJson(response, refusal.status, { error: refusal.message, ...issues }, refusal.headers);
}

/**
 * Reads a whole body. One over the limit is not kept: its rest is read and thrown away, so that the refusal reaches
 * a sender that is still sending.
 * @throws {Refusal} 413
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = new Refusal(413, `The body is larger than ${maxBytes} bytes.`, { headers: { connection: "close" } });
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers["content-length"] ?? 0) > maxBytes ? Number.POSITIVE_INFINITY : 0;
  if (bytes === 0) {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks).toString("utf8");
  request.resume();
  throw tooLarge;
}

/** The path a request is routed by. Null for a target that is not a path (a proxy's absolute form, `*`). */
export function pathOf(request: IncomingMessage): string | null {
  const target = request.url ?? "";
  return target.startsWith("/") ? (target.split(/[?#]/, 1)[0] ?? "/") : null;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
}
