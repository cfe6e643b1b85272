import type { Failure } from "@aws-sdk/client-ecs";
import type { DefiniteFailure, UnknownOutcome } from "../platform-service.ts";

type DefiniteClass = DefiniteFailure["class"];

/** Longest reason kept: enough for AWS's own sentence. */
const MAX_REASON_LENGTH = 500;

/** Exceptions whose name alone decides [platform-apis §2.3; the ECS API's common errors]. */
const CLASS_BY_NAME: Readonly<Record<string, DefiniteClass>> = {
  ThrottlingException: "throttled",
  Throttling: "throttled",
  TooManyRequestsException: "throttled",
  RequestLimitExceeded: "throttled",
  LimitExceededException: "capacity",
  ClusterNotFoundException: "config",
  PlatformUnknownException: "config",
  PlatformTaskDefinitionIncompatibilityException: "config",
  UnsupportedFeatureException: "config",
  AccessDeniedException: "auth",
  UnrecognizedClientException: "auth",
  ExpiredTokenException: "auth",
  ExpiredToken: "auth",
  InvalidSignatureException: "auth",
  IncompleteSignature: "auth",
  MissingAuthenticationToken: "auth",
  OptInRequired: "auth",
  BlockedException: "auth",
  CredentialsProviderError: "auth",
  TokenProviderError: "auth",
  SerializationException: "invalid",
  ValidationException: "invalid",
  ValidationError: "invalid",
};

/** Node's codes for "no connection was made", so nothing was sent. */
const NOT_SENT_CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

const THROTTLE_TEXT = /throttling|rate exceeded|requestlimitexceeded/i;
const CAPACITY_TEXT = /capacity is unavailable|limit on the number of|\bPROVISIONING\b|insufficient capacity/i;

/** What an exception of the SDK says about the request that met it: a definite failure, or nothing. */
export function classifyEcsError(error: unknown): DefiniteFailure | UnknownOutcome {
  const { name, message, code, status, retryAfterMs } = readError(error);
  const reason = describe(name, message);
  if (NOT_SENT_CODES.has(code) || /did not establish a connection/.test(message)) return failed("unavailable", reason);
  // A proxy's HTML is a SyntaxError with a status; a 5xx may have started the task whatever its name.
  if (status >= 500 || name === "SyntaxError") return { kind: "unknown", reason };
  const byName = CLASS_BY_NAME[name];
  if (byName) return failed(byName, reason, retryAfterMs);
  if (status === 429) return failed("throttled", reason, retryAfterMs);
  // EC2's throttle arrives inside ECS as a parameter error: it looks permanent and is not.
  if (name === "InvalidParameterException" || name === "ClientException") {
    return failed(classOfText(message) ?? "config", reason);
  }
  if (status === 401 || status === 403) return failed("auth", reason);
  if (status >= 400) return failed("config", reason);
  return { kind: "unknown", reason };
}

/** The class of RunTask's `failures[]`, which come with HTTP 200 [platform-apis §2.2]. */
export function classifyRunTaskFailures(failures: readonly Failure[]): DefiniteFailure {
  const first = failures[0];
  const text = [first?.reason, first?.detail].filter(Boolean).join(": ");
  return failed(classOfFailure(text), describe("RunTask failed", text || "no reason given"));
}

/** Whether StopTask says that there is no such task, which ECS words as a parameter error. */
export function isTaskNotFound(error: unknown): boolean {
  const { name, message } = readError(error);
  return name === "InvalidParameterException" && /task was not found/i.test(message);
}

/** The tasks that already own the client token; null for any other error. */
export function conflictingTasks(error: unknown): readonly string[] | null {
  if (!(error instanceof Error) || error.name !== "ConflictException") return null;
  const ids = (error as Error & { resourceIds?: unknown }).resourceIds;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

function classOfFailure(text: string): DefiniteClass {
  if (/^(ATTRIBUTE|LOCATION)\b/i.test(text)) return "config";
  if (/^(RESOURCE\b|AGENT\b)/i.test(text)) return "capacity";
  // An unheard-of reason still means that ECS placed nothing: most likely it had no place.
  return classOfText(text) ?? "capacity";
}

function classOfText(text: string): DefiniteClass | null {
  if (THROTTLE_TEXT.test(text)) return "throttled";
  return CAPACITY_TEXT.test(text) ? "capacity" : null;
}

function failed(failureClass: DefiniteClass, reason: string, retryAfterMs?: number): DefiniteFailure {
  return { kind: "failed", class: failureClass, reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function describe(name: string, message: string): string {
  return `ECS: ${name}: ${message}`.slice(0, MAX_REASON_LENGTH);
}

type ErrorFacts = { name: string; message: string; code: string; status: number; retryAfterMs?: number };

function readError(error: unknown): ErrorFacts {
  if (!(error instanceof Error)) return { name: "Error", message: String(error), code: "", status: 0 };
  const extra = error as Error & {
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  const seconds = Number(extra.$response?.headers?.["retry-after"]);
  return {
    name: error.name,
    message: error.message,
    code: typeof extra.code === "string" ? extra.code : "",
    status: extra.$metadata?.httpStatusCode ?? 0,
    ...(seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  };
}
