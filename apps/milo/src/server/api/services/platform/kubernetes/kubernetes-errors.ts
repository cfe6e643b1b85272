import { ApiException } from "@kubernetes/client-node";
import type { DefiniteFailure, UnknownOutcome } from "../platform-service.ts";

/** The API server's own words about a refusal (meta/v1 Status). */
export type ApiRefusal = { code: number; reason: string; message: string; retryAfterMs?: number };

/** The request never left: no credentials could be made for it. */
export class CredentialsError extends Error {
  override name = "CredentialsError";
}

/** Causes after which the request cannot have reached the server (Node's and undici's codes). */
const NOT_SENT_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** OpenSSL's names for a certificate that is not trusted, as Node passes them on. */
const TLS_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH|EPROTO/;
/** Long enough for the platform's own words, short enough for a table. */
const MAX_REASON_LENGTH = 300;

/** The refusal behind an error, or null when the server did not answer. `nowMs` turns a Retry-After date into a wait. */
export function readRefusal(error: unknown, nowMs: number): ApiRefusal | null {
  if (!(error instanceof ApiException)) return null;
  const status = parseStatus(error.body);
  const retryAfterMs = parseRetryAfter(error.headers?.["retry-after"], nowMs);
  return {
    code: error.code,
    reason: status.reason ?? "",
    message: shorten(status.message ?? `HTTP ${error.code}`),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/**
 * Turns whatever a request threw into an outcome. `action` names the request in the sentence, such as
 * `create the Job`. Rows and classes: the Kubernetes API's Status reasons and their known ambiguities.
 */
export function describeFailure(error: unknown, action: string, nowMs: number): DefiniteFailure | UnknownOutcome {
  const refusal = readRefusal(error, nowMs);
  if (refusal === null) return describeTransportFailure(error, action);
  const reason = `Kubernetes did not ${action}: ${refusal.message}`;
  if (refusal.code >= 500 || refusal.code < 400) return { kind: "unknown", reason };
  const failed = { kind: "failed" as const, class: classifyRefusal(refusal), reason };
  return refusal.retryAfterMs === undefined ? failed : { ...failed, retryAfterMs: refusal.retryAfterMs };
}

/** The class of a 4xx answer. */
export function classifyRefusal(refusal: ApiRefusal): DefiniteFailure["class"] {
  switch (refusal.code) {
    case 401:
      return "auth";
    case 403:
      return classifyForbidden(refusal.message);
    case 408:
      return "transient";
    case 409:
      // A quota's status changed meanwhile, or an object of this name is still being deleted: both pass.
      return "transient";
    case 429:
      return "throttled";
    case 404:
    case 405:
      // The namespace, or the API, is not there.
      return "config";
    default:
      return "invalid";
  }
}

function classifyForbidden(message: string): DefiniteFailure["class"] {
  if (/exceeded quota/i.test(message)) return "capacity";
  if (/cannot (create|get|list|patch|update|delete|watch)/i.test(message)) return "auth";
  // A namespace that is being deleted, a quota that must be specified, PodSecurity, an admission webhook.
  return "config";
}

/** Whether a refusal says that the name is taken, rather than that something passes. */
export function isNameTaken(refusal: ApiRefusal | null): boolean {
  return refusal?.code === 409 && refusal.reason === "AlreadyExists" && !isBeingDeleted(refusal);
}

/** Whether the name is still held by an object that is on its way out. */
function isBeingDeleted(refusal: ApiRefusal): boolean {
  return refusal.message.startsWith("object is being deleted");
}

function describeTransportFailure(error: unknown, action: string): DefiniteFailure | UnknownOutcome {
  if (error instanceof CredentialsError) {
    return { kind: "failed", class: "auth", reason: `Could not ${action}: ${shorten(error.message)}` };
  }
  const code = findCode(error);
  if (code !== null && (NOT_SENT_CODES.has(code) || TLS_CODE.test(code))) {
    return {
      kind: "failed",
      class: "unavailable",
      reason: `Could not ${action}: the API server is not reachable (${code}).`,
    };
  }
  return { kind: "unknown", reason: `No answer when milo asked to ${action} (${code ?? nameOf(error)}).` };
}

/** The system's error code: undici hides it in `cause`, and a failed dual-stack connect in `errors`. */
function findCode(error: unknown, depth = 0): string | null {
  if (typeof error !== "object" || error === null || depth > 4) return null;
  if ("code" in error && typeof error.code === "string") return error.code;
  const inner = "cause" in error ? findCode(error.cause, depth + 1) : null;
  if (inner !== null) return inner;
  const first = "errors" in error && Array.isArray(error.errors) ? error.errors[0] : undefined;
  return first === undefined ? null : findCode(first, depth + 1);
}

/** Never the message of an ApiException: it repeats body and headers. */
function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : typeof error;
}

function parseStatus(body: unknown): { reason?: string; message?: string } {
  const parsed = typeof body === "string" ? parseJson(body) : body;
  if (typeof parsed !== "object" || parsed === null) return {};
  const { reason, message } = parsed as { reason?: unknown; message?: unknown };
  return {
    ...(typeof reason === "string" ? { reason } : {}),
    ...(typeof message === "string" ? { message } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Retry-After is a number of seconds or an HTTP date (RFC 9110 §10.2.3); milliseconds from now. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1_000 : undefined;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= MAX_REASON_LENGTH ? line : `${line.slice(0, MAX_REASON_LENGTH - 1)}…`;
}
