import { describe, expect, it, vi } from "vitest";
import { sentinelImage } from "../runtime/sentinels.ts";
import { createApplication, deploy, send, startTestCoolify, waitForStatus } from "./coolify-emulator.testkit.ts";

const FREE = { rateLimitPerMinute: null };

function splitImage(image: string) {
  const [docker_registry_image_name, docker_registry_image_tag] = image.split(":");
  return { docker_registry_image_name, docker_registry_image_tag };
}

describe("a deployment", () => {
  it("runs the image with the application's environment and shows it running", async () => {
    await using coolify = await startTestCoolify();
    const uuid = await createApplication(coolify, { docker_registry_image_name: "test/print-env" });
    const data = [
      { key: "MILO_LAUNCH_KEY", value: "bot-t-1-a1", is_literal: true },
      { key: "LITERAL", value: "a$HOST", is_literal: true },
      { key: "EXPANDED", value: "a$HOST" },
      { key: "BUILD_ONLY", value: "x", is_runtime: false },
    ];
    await send(coolify, "PATCH", `/applications/${uuid}/envs/bulk`, { body: { data } });
    const deployment = await deploy(coolify, uuid);
    await waitForStatus(coolify, `/deployments/${deployment}`, "finished");
    await waitForStatus(coolify, `/applications/${uuid}`, "running:unknown");
    expect(coolify.timeline.intervals()).toMatchObject([{ workload: uuid, launchKey: "bot-t-1-a1", end: null }]);
    const log = await vi.waitFor(async () => {
      const { body } = await send(coolify, "GET", `/applications/${uuid}/logs`);
      return JSON.parse(String(body.logs)) as Record<string, string>;
    });
    expect(log).toMatchObject({ LITERAL: "a$HOST", EXPANDED: "a0.0.0.0", COOLIFY_RESOURCE_UUID: uuid });
    expect(log).not.toHaveProperty("BUILD_ONLY");
  });

  it("answers 200 with a uuid that belongs to nothing when one is queued already", async () => {
    await using coolify = await startTestCoolify({ settings: { imagePullMs: 60_000 } });
    const uuid = await createApplication(coolify);
    const first = await deploy(coolify, uuid);
    const phantom = await deploy(coolify, uuid);
    expect(phantom).not.toBe(first);
    expect((await send(coolify, "GET", `/deployments/${phantom}`)).status).toBe(404);
    const { body } = await send(coolify, "GET", `/deployments/applications/${uuid}?take=1`);
    expect(body).toMatchObject({ count: 1, deployments: [{ deployment_uuid: first, status: "in_progress" }] });
  });

  it("never has more in progress than concurrent_builds and refuses what the queue cannot hold", async () => {
    await using coolify = await startTestCoolify({
      settings: { imagePullMs: 60_000, deploymentQueueLimit: 1, ...FREE },
    });
    const uuids: string[] = [];
    for (let index = 0; index < 4; index += 1) uuids.push(await createApplication(coolify));
    for (const uuid of uuids.slice(0, 3)) await deploy(coolify, uuid);
    expect(coolify.deployments().map(({ status }) => status)).toEqual(["in_progress", "in_progress", "queued"]);
    const refused = await send(coolify, "POST", `/deploy?uuid=${uuids[3]}`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("60");
    const started = await send(coolify, "POST", `/applications/${uuids[3]}/start`);
    expect(started.status).toBe(200);
    expect((await send(coolify, "GET", `/deployments/${String(started.body.deployment_uuid)}`)).status).toBe(404);
    expect(coolify.deployments()).toHaveLength(3);
  });

  it("starts the next one when one ends and when one is cancelled", async () => {
    await using coolify = await startTestCoolify({ settings: { concurrentBuilds: 1, imagePullMs: 60_000, ...FREE } });
    const first = await deploy(coolify, await createApplication(coolify));
    const second = await deploy(coolify, await createApplication(coolify));
    const cancel = await send(coolify, "POST", `/deployments/${first}/cancel`);
    expect(cancel.body).toMatchObject({ status: "cancelled-by-user", deployment_uuid: first });
    await waitForStatus(coolify, `/deployments/${second}`, "in_progress");
    const again = await send(coolify, "POST", `/deployments/${first}/cancel`);
    expect(again).toMatchObject({ status: 400, body: { message: expect.stringContaining("cancelled-by-user") } });
  });

  it("overlaps the old and the new container when an application is deployed again", async () => {
    await using coolify = await startTestCoolify();
    const uuid = await createApplication(coolify);
    for (let round = 0; round < 2; round += 1) {
      await waitForStatus(coolify, `/deployments/${await deploy(coolify, uuid)}`, "finished");
    }
    expect(coolify.timeline.maxConcurrent()).toBe(2);
  });

  it.each([
    ["an image that is not there", "test/none:1"],
    ["the sentinel", sentinelImage("test/sleeper", "deployment-failed")],
  ])("fails for %s, and tells why only to a token that may read logs", async (_case, image) => {
    const tokens = [
      { token: "1|emulator-token", abilities: ["read", "write", "deploy"] as never },
      { token: "2|sensitive", abilities: ["read", "read:sensitive"] as never },
    ];
    await using coolify = await startTestCoolify({ tokens });
    const deployment = await deploy(coolify, await createApplication(coolify, splitImage(image)));
    const failed = await waitForStatus(coolify, `/deployments/${deployment}`, "failed");
    expect(failed.body).not.toHaveProperty("logs");
    const told = await send(coolify, "GET", `/deployments/${deployment}`, { token: "2|sensitive" });
    expect(told.body.logs).toContain("not found");
    expect(coolify.timeline.intervals()).toEqual([]);
  });

  it("goes on after a stop that came before its container", async () => {
    await using coolify = await startTestCoolify({ settings: { imagePullMs: 200 } });
    const uuid = await createApplication(coolify);
    const deployment = await deploy(coolify, uuid);
    await send(coolify, "POST", `/applications/${uuid}/stop`);
    await waitForStatus(coolify, `/deployments/${deployment}`, "finished");
    expect(coolify.timeline.intervals()).toMatchObject([{ workload: uuid, end: null }]);
  });

  it("stays in progress for ever with the stuck sentinel and fails at once when the server is down", async () => {
    await using coolify = await startTestCoolify({ settings: { concurrentBuilds: 2, ...FREE } });
    const stuck = await createApplication(coolify, splitImage(sentinelImage("test/sleeper", "deployment-stuck")));
    const stuckDeployment = await deploy(coolify, stuck);
    coolify.settings.set({ serverFunctional: false });
    const uuid = await createApplication(coolify);
    await waitForStatus(coolify, `/deployments/${await deploy(coolify, uuid)}`, "failed");
    const { body } = await send(coolify, "GET", `/deployments/${stuckDeployment}`);
    expect(body.status).toBe("in_progress");
    expect((await send(coolify, "GET", `/applications/${uuid}`)).body.server_status).toBe(false);
  });

  it("lists open deployments as an object once the database's order is not that of the ids", async () => {
    await using coolify = await startTestCoolify({ settings: { imagePullMs: 60_000, concurrentBuilds: 1, ...FREE } });
    const first = await deploy(coolify, await createApplication(coolify));
    await deploy(coolify, await createApplication(coolify));
    await deploy(coolify, await createApplication(coolify));
    expect(Array.isArray((await send(coolify, "GET", "/deployments")).body)).toBe(true);
    await vi.waitFor(() => expect(Date.now()).toBeGreaterThan(coolify.deployments()[2]!.updatedAtMs));
    await send(coolify, "POST", `/deployments/${first}/cancel`);
    const { body } = await send(coolify, "GET", "/deployments");
    expect(Object.keys(body).toSorted()).toEqual(["0", "1"]);
    expect(Array.isArray(body)).toBe(false);
  });
});
