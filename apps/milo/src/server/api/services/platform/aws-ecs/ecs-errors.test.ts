import { describe, expect, it } from "vitest";
import { classifyEcsError, classifyRunTaskFailures, conflictingTasks, isTaskNotFound } from "./ecs-errors.ts";

function sdkError(name: string, message = "", status = 400, extra: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status }, ...extra });
}

describe("classifyEcsError", () => {
  it.each([
    ["ThrottlingException", "Rate exceeded", 400, "throttled"],
    ["InvalidParameterException", "Error while creating ENI: Rate exceeded (ErrorCode: Throttling)", 400, "throttled"],
    ["InvalidParameterException", "The subnet ID 'subnet-x' does not exist", 400, "config"],
    ["ClientException", "TaskDefinition is inactive", 400, "config"],
    ["ClientException", "You've reached the limit on the number of vCPUs you can run concurrently", 400, "capacity"],
    ["ClientException", "Too many tasks in PROVISIONING state for the cluster", 400, "capacity"],
    ["LimitExceededException", "", 400, "capacity"],
    ["ClusterNotFoundException", "Cluster not found.", 400, "config"],
    ["PlatformUnknownException", "", 400, "config"],
    ["PlatformTaskDefinitionIncompatibilityException", "", 400, "config"],
    ["UnsupportedFeatureException", "", 400, "config"],
    ["AccessDeniedException", "not authorized to perform: iam:PassRole", 400, "auth"],
    ["UnrecognizedClientException", "The security token is invalid", 400, "auth"],
    ["ExpiredTokenException", "", 400, "auth"],
    ["InvalidSignatureException", "", 400, "auth"],
    ["CredentialsProviderError", "Could not load credentials from any providers", 0, "auth"],
    ["BlockedException", "Your account has been blocked", 400, "auth"],
    ["SerializationException", "", 400, "invalid"],
    ["SomethingNewException", "", 403, "auth"],
    ["SomethingNewException", "", 400, "config"],
  ])("reads %s “%s” (%i) as %s", (name, message, status, expected) => {
    expect(classifyEcsError(sdkError(name, message, status))).toMatchObject({ kind: "failed", class: expected });
  });

  it.each(["ECONNREFUSED", "ENOTFOUND"])("knows that %s sent nothing", (code) => {
    const error = Object.assign(new Error(`connect ${code}`), { code });
    expect(classifyEcsError(error)).toMatchObject({ kind: "failed", class: "unavailable" });
  });

  it.each([
    ["ServerException", 500, {}],
    ["ServiceUnavailableException", 503, {}],
    ["TimeoutError", 0, { code: "ECONNRESET" }],
    ["TimeoutError", 0, { code: "ETIMEDOUT" }],
    ["AbortError", 0, {}],
    ["SyntaxError", 502, {}],
    ["SyntaxError", 200, {}],
    ["WhoKnows", 0, {}],
  ])("calls %s (%i) unknown, since the task may have been started", (name, status, extra) => {
    expect(classifyEcsError(sdkError(name, "…", status, extra)).kind).toBe("unknown");
  });

  it("passes on how long ECS asked to wait", () => {
    const error = sdkError("ThrottlingException", "", 400, { $response: { headers: { "retry-after": "7" } } });
    expect(classifyEcsError(error)).toMatchObject({ retryAfterMs: 7_000 });
  });
});

describe("classifyRunTaskFailures", () => {
  it.each([
    ["Capacity is unavailable at this time. Please try again later or in a different availability zone", "capacity"],
    ["You've reached the limit on the number of vCPUs you can run concurrently", "capacity"],
    ["RESOURCE:ENI", "capacity"],
    ["AGENT", "capacity"],
    ["ATTRIBUTE", "config"],
    ["LOCATION", "config"],
    ["Rate exceeded", "throttled"],
    ["a reason nobody has seen", "capacity"],
  ])("reads “%s” as %s", (reason, expected) => {
    expect(classifyRunTaskFailures([{ reason }])).toMatchObject({ class: expected });
  });
});

describe("conflictingTasks", () => {
  it("names the tasks that own the token, and only for a conflict", () => {
    expect(conflictingTasks(sdkError("ConflictException", "", 400, { resourceIds: ["arn:1"] }))).toEqual(["arn:1"]);
    expect(conflictingTasks(sdkError("ConflictException"))).toEqual([]);
    expect(conflictingTasks(sdkError("ClientException"))).toBeNull();
  });
});

describe("isTaskNotFound", () => {
  it("tells a task that is not there from any other parameter error", () => {
    expect(isTaskNotFound(sdkError("InvalidParameterException", "The referenced task was not found."))).toBe(true);
    expect(isTaskNotFound(sdkError("InvalidParameterException", "bad subnet"))).toBe(false);
  });
});
