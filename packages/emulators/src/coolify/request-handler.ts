import { type EmulatorRequest, type EmulatorResponse, InvalidJsonError, parseJson } from "../runtime/http-message.ts";
import { authenticate, authorize, type CoolifyToken } from "./authorization.ts";
import type { CoolifyContext } from "./context.ts";
import type { RateLimiter } from "./rate-limiter.ts";
import { CoolifyApiError } from "./responses.ts";
import { findRoute, neededAbility } from "./routes.ts";

const API_PREFIX = "/api/v1";
const HEALTH_PATHS = ["/api/health", "/api/v1/health"];

function toApiPath(path: string): string {
  return path.startsWith(`${API_PREFIX}/`) ? path.slice(API_PREFIX.length) : "";
}

/** The operation's name and the uuid in its path, for faults and the log. */
export function findOperation(version: string, request: EmulatorRequest): { operation: string; uuid: string } {
  if (HEALTH_PATHS.includes(request.path)) return { operation: "health", uuid: "" };
  const found = findRoute(request.method, toApiPath(request.path), version);
  if (found === undefined || !("route" in found)) return { operation: "unknown", uuid: "" };
  return { operation: found.route.operation, uuid: found.uuid };
}

/** The JSON object of the body; undefined when there is none or the type is not JSON. */
export function parseBody(request: EmulatorRequest): Record<string, unknown> | undefined {
  if (!(request.headers["content-type"] ?? "").startsWith("application/json")) return undefined;
  try {
    const body = parseJson(request);
    return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof InvalidJsonError) return undefined;
    throw error;
  }
}

/** Answers one API request: rate limit, route, token, abilities, then the endpoint. */
export function answerRequest(
  context: CoolifyContext,
  incoming: { request: EmulatorRequest; tokens: readonly CoolifyToken[]; limiter: RateLimiter },
): EmulatorResponse {
  const { request } = incoming;
  if (HEALTH_PATHS.includes(request.path)) {
    return { status: 200, headers: { "content-type": "text/html; charset=UTF-8" }, body: "OK" };
  }
  let headers: Record<string, string> = {};
  try {
    headers = countRequest(context, incoming);
    const answer = answerCall(context, request, incoming.tokens);
    return "stream" in answer ? answer : { ...answer, headers: { ...headers, ...answer.headers } };
  } catch (error) {
    if (!(error instanceof CoolifyApiError)) throw error;
    return { status: error.status, headers: { ...headers, ...error.headers }, body: error.body };
  }
}

// The limiter runs before authentication is enforced; callers without a known token share one window.
function countRequest(
  context: CoolifyContext,
  { request, tokens, limiter }: Parameters<typeof answerRequest>[1],
): Record<string, string> {
  const limit = context.settings().rateLimitPerMinute;
  if (limit === null) return {};
  const isKnown = tokens.some(({ token }) => request.headers.authorization === `Bearer ${token}`);
  return limiter.count(isKnown ? "user" : "address", limit, context.clock());
}

function answerCall(
  context: CoolifyContext,
  request: EmulatorRequest,
  tokens: readonly CoolifyToken[],
): EmulatorResponse {
  const found = findRoute(request.method, toApiPath(request.path), context.version);
  if (found === undefined) throw new CoolifyApiError(404, { message: "Not found.", docs: "https://coolify.io/docs" });
  if ("allow" in found) {
    const message = `The ${request.method} method is not supported for route ${request.path.slice(1)}. Supported methods: ${found.allow}.`;
    throw new CoolifyApiError(405, { message }, { allow: found.allow });
  }
  const token = authenticate(request, tokens);
  authorize(token, neededAbility(found.route, context.version), context.settings());
  const call = { token, uuid: found.uuid, query: request.query, body: parseBody(request) };
  return found.route.answer(context, call);
}
