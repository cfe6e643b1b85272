import { describe, expect, it } from "vitest";
import type { CoolifyAnswer } from "./coolify-client.ts";
import { classifyFailure, isNotFound, refusedFields } from "./coolify-errors.ts";

function reply(status: number, json: unknown, extra: object = {}): CoolifyAnswer {
  return { kind: "reply", status, json, text: "", ...extra };
}

describe("classifyFailure", () => {
  it.each([
    [401, { message: "Unauthenticated." }, "auth"],
    [400, { message: "Invalid token." }, "auth"],
    [403, { message: "API is disabled.", success: true }, "auth"],
    [403, { message: "Missing required permissions: deploy" }, "auth"],
    [400, { message: "Server has no destinations." }, "config"],
    [400, { message: "Server has multiple destinations and you do not set destination_uuid." }, "config"],
    [404, { message: "Project not found." }, "config"],
    [405, { message: "The GET method is not supported for this route." }, "config"],
    [409, { message: "Domain conflicts detected." }, "config"],
    [301, undefined, "config"],
    [422, { message: "Validation failed.", errors: { name: ["The name field is required."] } }, "invalid"],
    [429, { message: "Too Many Attempts." }, "throttled"],
    [429, { message: "Deployment queue is full. Please wait for existing deployments to complete." }, "capacity"],
  ])("reads HTTP %i %o as %s", (status, json, expected) => {
    expect(classifyFailure(reply(status, json))).toMatchObject({ kind: "failed", class: expected });
  });

  it.each([
    [reply(500, { message: "Server Error" })],
    [reply(502, undefined)],
    [reply(504, undefined)],
    [reply(200, undefined)],
    [{ kind: "lost", reason: "ECONNRESET" } as CoolifyAnswer],
  ])("calls %o unknown, since Coolify may have done it", (answer) => {
    expect(classifyFailure(answer).kind).toBe("unknown");
  });

  it("knows what was never sent, by a refused connection or by its own budget", () => {
    const refused: CoolifyAnswer = { kind: "not_sent", throttled: false, reason: "ECONNREFUSED" };
    expect(classifyFailure(refused)).toMatchObject({ kind: "failed", class: "unavailable" });
    expect(classifyFailure({ ...refused, throttled: true })).toMatchObject({ kind: "failed", class: "throttled" });
  });

  it("passes on how long Coolify asked to wait", () => {
    const full = reply(429, { message: "Deployment queue is full" }, { retryAfterMs: 60_000 });
    expect(classifyFailure(full)).toMatchObject({ retryAfterMs: 60_000 });
  });

  it("names the refused fields to the operator", () => {
    const answer = reply(422, { message: "Validation failed.", errors: { tags: ["This field is not allowed."] } });
    expect(classifyFailure(answer).reason).toContain("tags: This field is not allowed.");
    expect(refusedFields(answer)).toEqual(["tags"]);
    expect(refusedFields(reply(422, { errors: { name: ["The name field is required."] } }))).toEqual([]);
  });
});

describe("isNotFound", () => {
  it("trusts a 404 only from Coolify itself, not from a proxy in front of it", () => {
    expect(isNotFound(reply(404, { message: "Application not found." }))).toBe(true);
    expect(isNotFound(reply(404, undefined))).toBe(false);
  });
});
