import { describe, expect, it } from "vitest";
import type { Ability } from "./authorization.ts";
import { createApplication, makeCreateBody, send, startTestCoolify } from "./coolify-emulator.testkit.ts";
import { COOLIFY_FAULT_RESPONSES, type CoolifyFaultName } from "./faults.ts";

const CREATE = "/applications/dockerimage";

describe("who may call", () => {
  it("tells apart a missing token, one without a team, one without the ability and a member's", async () => {
    const tokens = [
      { token: "1|read", abilities: ["read"] as Ability[] },
      { token: "2|teamless", abilities: ["root"] as Ability[], hasTeam: false },
      { token: "3|member", abilities: ["read", "write", "deploy"] as Ability[], role: "member" as const },
    ];
    await using coolify = await startTestCoolify({ tokens });
    const call = (token: string | null) => send(coolify, "POST", "/deploy?uuid=x", { token });
    expect(await call(null)).toMatchObject({ status: 401, body: { message: "Unauthenticated." } });
    expect(await call("2|teamless")).toMatchObject({ status: 400, body: { message: "Invalid token." } });
    const missing = { status: 403, body: { message: "Missing required permissions: deploy" } };
    expect(await call("1|read")).toMatchObject(missing);
    expect(await call("3|member")).toMatchObject(missing);
    coolify.settings.set({ apiEnabled: false });
    expect(await call("1|read")).toMatchObject({ status: 403, body: { success: true, message: "API is disabled." } });
    expect((await fetch(`${coolify.url}/api/health`)).status).toBe(200);
  });

  it("counts requests per user and minute and refuses those beyond the limit", async () => {
    let nowMs = Date.now();
    await using coolify = await startTestCoolify({ clock: () => nowMs, settings: { rateLimitPerMinute: 2 } });
    expect((await send(coolify, "GET", "/version")).headers.get("x-ratelimit-remaining")).toBe("1");
    await send(coolify, "GET", "/version");
    const refused = await send(coolify, "GET", "/version");
    expect(refused).toMatchObject({ status: 429, body: { message: "Too Many Attempts." } });
    expect(refused.headers.get("retry-after")).toBe("60");
    nowMs += 60_000;
    expect((await send(coolify, "GET", "/version")).status).toBe(200);
  });
});

describe("what is accepted", () => {
  it.each([
    ["an unknown field", { colour: "red" }, 422, "colour"],
    ["a value of the wrong type", { instant_deploy: "no" }, 422, "instant_deploy"],
    ["no image", { docker_registry_image_name: undefined }, 422, "docker_registry_image_name"],
    ["a stop_grace_period over an hour", { stop_grace_period: 3601 }, 422, "stop_grace_period"],
    ["an unknown project", { project_uuid: "x" }, 404, "Project not found."],
    ["an unknown environment", { environment_name: "x", environment_uuid: "x" }, 404, "Environment not found."],
    ["an unknown server", { server_uuid: "x" }, 404, "Server not found."],
  ])("refuses %s", async (_case, fields, status, part) => {
    await using coolify = await startTestCoolify();
    const answer = await send(coolify, "POST", CREATE, { body: makeCreateBody(fields) });
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.body)).toContain(part);
    expect(coolify.applications()).toEqual([]);
  });

  it("wants the destination named when the server has several, and cannot do without one", async () => {
    await using several = await startTestCoolify({ placement: { destinationUuids: ["a", "b"] } });
    expect((await send(several, "POST", CREATE, { body: makeCreateBody() })).status).toBe(400);
    await createApplication(several, { destination_uuid: "b" });
    await using none = await startTestCoolify({ placement: { destinationUuids: [] } });
    const answer = await send(none, "POST", CREATE, { body: makeCreateBody() });
    expect(answer).toMatchObject({ status: 400, body: { message: "Server has no destinations." } });
  });

  it("makes a second application of the same body, because nothing is idempotent", async () => {
    await using coolify = await startTestCoolify();
    const uuids = [await createApplication(coolify, { tags: ["mine"] }), await createApplication(coolify)];
    expect(new Set(uuids).size).toBe(2);
    expect((await send(coolify, "GET", "/applications")).body).toHaveLength(2);
    expect((await send(coolify, "GET", "/applications?tag=mine")).body).toMatchObject([{ uuid: uuids[0] }]);
  });

  it("writes the variables before the first bad one, although it answers 422", async () => {
    await using coolify = await startTestCoolify();
    const uuid = await createApplication(coolify);
    const bulk = (data: unknown[]) => send(coolify, "PATCH", `/applications/${uuid}/envs/bulk`, { body: { data } });
    expect(
      (
        await bulk([
          { key: "A", value: "1", is_literal: true },
          { key: "B", value: 2 },
        ])
      ).status,
    ).toBe(422);
    expect(coolify.applications()[0]?.environment).toMatchObject([{ key: "A", isLiteral: true }]);
    const repeated = await bulk([{ key: "A", value: "2" }]);
    expect(repeated.status).toBe(201);
    expect(repeated.body).toMatchObject([{ key: "A", is_literal: false }]);
    expect(JSON.stringify(repeated.body)).not.toContain('value":"2');
  });

  it("loses the answer of a create that it carried out", async () => {
    await using coolify = await startTestCoolify();
    coolify.faults.add({ match: { operation: "create", name: "bot-t-1-*" }, fault: "reset-after", times: 1 });
    await expect(createApplication(coolify)).rejects.toThrow();
    expect(coolify.applications()).toMatchObject([{ name: "bot-t-1-a1" }]);
  });

  it.each(Object.keys(COOLIFY_FAULT_RESPONSES) as CoolifyFaultName[])("answers as %s when told to", async (failure) => {
    await using coolify = await startTestCoolify();
    const body = JSON.stringify({ operation: "create", failure, times: 1 });
    expect((await fetch(`${coolify.url}/_emulator/fail`, { method: "POST", body })).status).toBe(200);
    const answer = await send(coolify, "POST", CREATE, { body: makeCreateBody() });
    expect(answer.status).toBe(COOLIFY_FAULT_RESPONSES[failure].status);
    expect(coolify.applications()).toEqual([]);
  });
});

describe("what a version takes", () => {
  it.each([
    ["4.3.11", [405, 405], [201, 201, 201]],
    ["4.2.0", [405, 405], [201, 422, 201]],
    ["4.1.2", [200, 200], [422, 422, 422]],
    ["4.0.0-beta.460", [200, 200], [422, 422, 422]],
  ])("%s", async (version, [getDeploy, getStop], [withTags, withRestarts, withoutPorts]) => {
    await using coolify = await startTestCoolify({ version });
    expect((await send(coolify, "GET", "/version")).body.text).toBe(version);
    const uuid = await createApplication(coolify);
    const status = async (fields: object) =>
      (await send(coolify, "POST", CREATE, { body: makeCreateBody(fields as Record<string, unknown>) })).status;
    expect((await send(coolify, "GET", `/deploy?uuid=${uuid}`)).status).toBe(getDeploy);
    expect((await send(coolify, "GET", `/applications/${uuid}/stop`)).status).toBe(getStop);
    expect(await status({ tags: ["mine"] })).toBe(withTags);
    expect(await status({ max_restart_count: 1 })).toBe(withRestarts);
    expect(await status({ ports_exposes: undefined })).toBe(withoutPorts);
    expect(await status({ autogenerate_domain: false })).toBe(version.includes("beta") ? 422 : 201);
  });

  it("has no queue limit before 4.0.0-beta.453", async () => {
    const settings = { concurrentBuilds: 0, deploymentQueueLimit: 0 };
    await using old = await startTestCoolify({ version: "4.0.0-beta.452", settings });
    expect((await send(old, "POST", `/deploy?uuid=${await createApplication(old)}`)).status).toBe(200);
    await using limited = await startTestCoolify({ version: "4.0.0-beta.453", settings });
    expect((await send(limited, "POST", `/deploy?uuid=${await createApplication(limited)}`)).status).toBe(429);
  });
});
