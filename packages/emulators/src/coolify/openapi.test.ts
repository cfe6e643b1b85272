import { describe, expect, it } from "vitest";
import { makeCreateBody, send, startTestCoolify, waitForStatus } from "./coolify-emulator.testkit.ts";
import type { CoolifyEmulator } from "./coolify-emulator.ts";
import { createExchangeCheck, readContract } from "./openapi.testkit.ts";

/** Where the real server is known to depart from its own description; each is seen in the tour below. */
const KNOWN_DIFFERENCES: Record<string, string> = {
  "POST /applications/dockerimage: 404": "an unknown project, environment or server is not described",
  "POST /applications/dockerimage: 422": "validation answers are not described",
  "GET /deployments/applications/{uuid}: 200 body": "described as applications, is {count, deployments}",
  "GET /deployments/applications/{uuid}: 404": "an unknown application is not described",
  "POST /deploy: 429": "the full queue is not described",
  "POST /deploy: 404": "an unknown resource is not described",
  "POST /deploy: 403": "abilities are described nowhere",
};

/**
 * Two values that the real server sends and its description has no room for: the build pack of docker images, and null
 * in columns described as strings. They are replaced, so that the rest of the body is still compared.
 */
function correctKnownValues(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) => {
    if (key === "build_pack" && value === "dockerimage") return "dockerfile";
    return key === "commit_message" && value === null ? "" : value;
  });
}

const contract = readContract();
if (contract === undefined) {
  process.stdout.write("coolify openapi: no shared/contracts/coolify-openapi.json here, its tests do not run\n");
}

/** Sends requests and collects where they depart from the description. */
function createTour(coolify: CoolifyEmulator, check: ReturnType<typeof createExchangeCheck>) {
  const differences = new Set<string>();
  const go = async (method: string, path: string, options: { uuid?: string; query?: string; body?: unknown } = {}) => {
    const target = path.replace("{uuid}", options.uuid ?? "") + (options.query ?? "");
    const { status, body } = await send(coolify, method, target, { body: options.body });
    const exchange = { method, path, requestBody: options.body, status, responseBody: correctKnownValues(body) };
    for (const difference of check(exchange)) differences.add(difference);
    return { status, body };
  };
  return { go, differences };
}

describe.runIf(contract !== undefined)("the emulator against Coolify's own OpenAPI document", () => {
  it("answers as described, except where the real server is known not to", async () => {
    const tokens = [
      { token: "1|emulator-token", abilities: ["read", "read:sensitive", "write", "deploy"] as never },
      { token: "2|read", abilities: ["read"] as never },
    ];
    await using coolify = await startTestCoolify({ tokens, settings: { rateLimitPerMinute: null, imagePullMs: 50 } });
    const check = createExchangeCheck(contract!);
    const { go, differences } = createTour(coolify, check);
    await go("GET", "/version");
    await go("GET", "/health");
    const { serverUuid, projectUuid } = coolify.placement;
    await go("GET", "/servers/{uuid}", { uuid: serverUuid });
    await go("GET", "/servers/{uuid}", { uuid: "none" });
    await go("GET", "/projects/{uuid}", { uuid: projectUuid });
    await go("GET", "/projects/{uuid}", { uuid: "none" });
    await go("POST", "/applications/dockerimage", { body: makeCreateBody({ colour: "red" }) });
    await go("POST", "/applications/dockerimage", { body: makeCreateBody({ server_uuid: "none" }) });
    const fields = { tags: ["mine"], stop_grace_period: 5, max_restart_count: 1, limits_memory: "2g" };
    const created = await go("POST", "/applications/dockerimage", { body: makeCreateBody(fields) });
    const uuid = String(created.body.uuid);
    const data = [{ key: "A", value: "1", is_literal: true, is_preview: false }];
    await go("PATCH", "/applications/{uuid}/envs/bulk", { uuid, body: { data } });
    await go("GET", "/applications/{uuid}/envs", { uuid });
    await go("GET", "/applications", { query: "?tag=mine" });
    await go("GET", "/applications/{uuid}", { uuid: "none" });
    await go("POST", "/deploy", { query: "?uuid=none" });
    const deployed = await go("POST", "/deploy", { query: `?uuid=${uuid}` });
    const [deployment] = deployed.body.deployments as { deployment_uuid: string }[];
    await go("GET", "/deployments");
    await waitForStatus(coolify, `/deployments/${deployment?.deployment_uuid}`, "finished");
    await go("GET", "/deployments/{uuid}", { uuid: deployment?.deployment_uuid });
    await go("POST", "/deployments/{uuid}/cancel", { uuid: deployment?.deployment_uuid });
    await go("GET", "/deployments/applications/{uuid}", { uuid });
    await go("GET", "/deployments/applications/{uuid}", { uuid: "none" });
    await go("GET", "/applications/{uuid}/logs", { uuid });
    await go("POST", "/applications/{uuid}/restart", { uuid });
    await go("POST", "/applications/{uuid}/start", { uuid });
    coolify.settings.set({ deploymentQueueLimit: 0 });
    await go("POST", "/deploy", { query: `?uuid=${uuid}` });
    const refused = await send(coolify, "POST", `/deploy?uuid=${uuid}`, { token: "2|read" });
    for (const difference of check({
      method: "POST",
      path: "/deploy",
      status: refused.status,
      responseBody: refused.body,
    })) {
      differences.add(difference);
    }
    await go("POST", "/applications/{uuid}/stop", { uuid });
    await go("GET", "/applications/{uuid}", { uuid });
    await go("DELETE", "/applications/{uuid}", { uuid });
    expect([...differences].toSorted()).toEqual(Object.keys(KNOWN_DIFFERENCES).toSorted());
  });
});
