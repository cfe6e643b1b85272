import { ApiException } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { CredentialsError, describeFailure, isNameTaken, parseRetryAfter, readRefusal } from "./kubernetes-errors.ts";
import { NOW_MS } from "./testing/kubernetes-fixtures.ts";

function answer(code: number, reason?: string, message?: string, headers: Record<string, string> = {}) {
  const body = reason === undefined ? undefined : JSON.stringify({ kind: "Status", code, reason, message });
  return new ApiException<unknown>(code, "Unknown API Status Code!", body, headers);
}
const fetchFailed = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });
const describeIt = (error: unknown) => describeFailure(error, "create the Job", NOW_MS);

/** The platform's refusals as they were seen, each with the class that decides what milo does next. */
const REFUSALS: [string, unknown, string][] = [
  ["a Job that is still being deleted", answer(409, "AlreadyExists", "object is being deleted: jobs x"), "transient"],
  ["the quota-status race", answer(409, "Conflict", "Operation cannot be fulfilled on resourcequotas q"), "transient"],
  ["a Job count quota", answer(403, "Forbidden", "exceeded quota: q, requested: count/jobs.batch=1"), "capacity"],
  ["missing rights", answer(403, "Forbidden", 'User "u" cannot create resource "jobs"'), "auth"],
  ["a namespace on its way out", answer(403, "Forbidden", "unable: because it is being terminated"), "config"],
  ["a quota that must be specified", answer(403, "Forbidden", "failed quota: q: must specify memory"), "config"],
  ["a missing namespace", answer(404, "NotFound", 'namespaces "bots" not found'), "config"],
  ["an expired token, answered without a body", answer(401), "auth"],
  ["an invalid Job", answer(422, "Invalid", "Job is invalid: name too long"), "invalid"],
  ["an unknown field", answer(400, "BadRequest", "strict decoding error"), "invalid"],
  ["overload", answer(429, "TooManyRequests", "too many requests", { "retry-after": "3" }), "throttled"],
  ["a refused connection", fetchFailed("ECONNREFUSED"), "unavailable"],
  ["a name that does not resolve", fetchFailed("ENOTFOUND"), "unavailable"],
  ["a certificate that is not trusted", fetchFailed("DEPTH_ZERO_SELF_SIGNED_CERT"), "unavailable"],
  ["a certificate of another host", fetchFailed("ERR_TLS_CERT_ALTNAME_INVALID"), "unavailable"],
  ["credentials that cannot be made", new CredentialsError("exec plugin failed"), "auth"],
];

/** What may have happened although an error came back. */
const UNKNOWNS: [string, unknown][] = [
  ["a failing webhook", answer(500, "InternalError", "failed calling webhook")],
  ["an unavailable server", answer(503, "ServiceUnavailable", "etcd")],
  ["a server-side timeout", answer(504, "Timeout", "request did not complete")],
  ["a proxy's page instead of an answer", new ApiException(502, "x", "<html>bad gateway</html>", {})],
  ["our own time limit", new DOMException("The operation was aborted due to timeout", "TimeoutError")],
  ["a caller that gave up", new DOMException("This operation was aborted", "AbortError")],
  ["a connection reset after the send", fetchFailed("ECONNRESET")],
  ["a socket closed in the middle", fetchFailed("UND_ERR_SOCKET")],
  ["an answer that cannot be read", new SyntaxError("Unexpected token")],
];

describe("what the API server or the network said", () => {
  for (const [what, error, failureClass] of REFUSALS) {
    it(`is ${failureClass} for ${what}`, () => {
      expect(describeIt(error)).toMatchObject({ kind: "failed", class: failureClass });
    });
  }
  for (const [what, error] of UNKNOWNS) {
    it(`is an unknown outcome for ${what}`, () => expect(describeIt(error)).toMatchObject({ kind: "unknown" }));
  }

  it("is a taken name only when the holder is not on its way out", () => {
    const taken = (message: string) => isNameTaken(readRefusal(answer(409, "AlreadyExists", message), NOW_MS));
    expect(taken('jobs.batch "x" already exists')).toBe(true);
    expect(taken("object is being deleted: jobs.batch x already exists")).toBe(false);
    expect(isNameTaken(readRefusal(answer(409, "Conflict", "x"), NOW_MS))).toBe(false);
  });

  it("finds the code of a connection that failed on every address", () => {
    const error = new TypeError("fetch failed", {
      cause: new AggregateError([Object.assign(new Error("x"), { code: "ECONNREFUSED" })]),
    });
    expect(describeIt(error)).toMatchObject({ kind: "failed", class: "unavailable" });
  });

  it("never repeats headers or a body, which may hold secrets", () => {
    const error = new ApiException(500, "x", '{"data":"c2VjcmV0"}', { authorization: "Bearer abc" });
    expect(JSON.stringify(describeIt(error))).not.toMatch(/c2VjcmV0|Bearer/);
  });

  it("carries on how long the platform asked us to wait", () => {
    expect(describeIt(answer(429, "TooManyRequests", "x", { "retry-after": "3" }))).toMatchObject({
      retryAfterMs: 3_000,
    });
  });
});

describe("Retry-After", () => {
  it("is read as seconds or as a date, and nothing else", () => {
    expect(parseRetryAfter("7", NOW_MS)).toBe(7_000);
    expect(parseRetryAfter("Sun, 01 Mar 2026 12:00:10 GMT", NOW_MS)).toBe(10_000);
    expect(parseRetryAfter("Sun, 01 Mar 2026 11:00:00 GMT", NOW_MS)).toBe(0);
    for (const nonsense of [undefined, "", "soon", "-4"]) expect(parseRetryAfter(nonsense, NOW_MS)).toBeUndefined();
  });
});
