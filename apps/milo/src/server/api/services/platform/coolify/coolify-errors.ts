import type { DefiniteFailure, UnknownOutcome } from "../platform-service.ts";
import type { CoolifyAnswer } from "./coolify-client.ts";

type DefiniteClass = DefiniteFailure["class"];
type Reply = Extract<CoolifyAnswer, { kind: "reply" }>;

const MAX_REASON_LENGTH = 500;
const FIELD_NOT_ALLOWED = "This field is not allowed.";

/** What an answer other than a success says about its request [platform-apis §3.1 and rows 39-53]. */
export function classifyFailure(answer: CoolifyAnswer): DefiniteFailure | UnknownOutcome {
  if (answer.kind === "lost") return { kind: "unknown", reason: answer.reason };
  if (answer.kind === "not_sent") return failed(answer.throttled ? "throttled" : "unavailable", answer.reason);
  const reason = describeReply(answer);
  // A 5xx may come from a proxy while Coolify goes on; a 2xx that is no JSON of Coolify's is a proxy as well.
  if (answer.status >= 500 || isSuccess(answer)) return { kind: "unknown", reason };
  return failed(classOf(answer, reason), reason, answer.retryAfterMs);
}

export function isSuccess(answer: CoolifyAnswer): boolean {
  return answer.kind === "reply" && answer.status >= 200 && answer.status < 300;
}

/** Coolify's own 404, in JSON: a proxy's page, or a path this version lacks, proves nothing about an object. */
export function isNotFound(answer: CoolifyAnswer): boolean {
  return answer.kind === "reply" && answer.status === 404 && messageOf(answer) !== "";
}

/** The fields a 422 calls unknown to this version of Coolify; empty for any other answer. */
export function refusedFields(answer: CoolifyAnswer): string[] {
  if (answer.kind !== "reply" || answer.status !== 422) return [];
  return Object.entries(errorsOf(answer)).flatMap(([field, messages]) =>
    [messages].flat().includes(FIELD_NOT_ALLOWED) ? [field] : [],
  );
}

function classOf(reply: Reply, reason: string): DefiniteClass {
  switch (reply.status) {
    case 401:
    case 403:
      return "auth";
    case 429:
      return /deployment queue/i.test(reason) ? "capacity" : "throttled";
    case 422:
      return "invalid";
    case 400:
      // Coolify answers a bad token with 400, which is not about the request.
      return /invalid token/i.test(reason) ? "auth" : "config";
    default:
      return "config";
  }
}

function describeReply(reply: Reply): string {
  const errors = Object.entries(errorsOf(reply)).map(([field, messages]) => `${field}: ${[messages].flat().join(" ")}`);
  const redirect = reply.status >= 300 && reply.status < 400 ? "redirected: is the API URL right?" : "";
  const words = [messageOf(reply) || redirect, ...errors].filter((part) => part !== "").join(" ");
  return `Coolify: HTTP ${reply.status}: ${words || "no JSON in the answer"}`.slice(0, MAX_REASON_LENGTH);
}

function messageOf(reply: Reply): string {
  const message = fieldOf(reply.json, "message") ?? fieldOf(reply.json, "error");
  return typeof message === "string" ? message : "";
}

function errorsOf(reply: Reply): Record<string, unknown> {
  const errors = fieldOf(reply.json, "errors");
  return typeof errors === "object" && errors !== null ? { ...errors } : {};
}

function fieldOf(json: unknown, field: string): unknown {
  return typeof json === "object" && json !== null ? Reflect.get(json, field) : undefined;
}

function failed(failureClass: DefiniteClass, reason: string, retryAfterMs?: number): DefiniteFailure {
  return { kind: "failed", class: failureClass, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}
