import { describe, expect, it, vi } from "vitest";
import { sentinelImage } from "../runtime/sentinels.ts";
import { createApplication, deploy, send, startTestCoolify, waitForStatus } from "./coolify-emulator.testkit.ts";

async function runApplication(coolify: Awaited<ReturnType<typeof startTestCoolify>>, fields = {}): Promise<string> {
  const uuid = await createApplication(coolify, fields);
  await waitForStatus(coolify, `/deployments/${await deploy(coolify, uuid)}`, "finished");
  return uuid;
}

describe("an application's container", () => {
  it("is started again with growing pauses whenever it exits, even with 0", async () => {
    await using coolify = await startTestCoolify({ settings: { restartDelayMs: 20, rateLimitPerMinute: null } });
    const uuid = await runApplication(coolify, { docker_registry_image_name: "test/exit-0" });
    await vi.waitFor(() => expect(coolify.timeline.intervals().length).toBeGreaterThanOrEqual(4), { timeout: 8_000 });
    const intervals = coolify.timeline.intervals();
    const pauses = intervals.slice(1).map(({ start }, index) => start - Number(intervals[index]?.end));
    expect(pauses[2]).toBeGreaterThanOrEqual(79);
    expect(coolify.timeline.maxConcurrent()).toBe(1);
    await waitForStatus(coolify, `/applications/${uuid}`, "restarting:unknown");
  });

  it("is given up only after it has run once more than max_restart_count allows to be seen", async () => {
    await using coolify = await startTestCoolify({ settings: { restartDelayMs: 20, rateLimitPerMinute: null } });
    const fields = { docker_registry_image_name: "test/exit-0", max_restart_count: 1 };
    const uuid = await runApplication(coolify, fields);
    await waitForStatus(coolify, `/applications/${uuid}`, "exited:unhealthy");
    expect(coolify.timeline.intervals().length).toBeGreaterThanOrEqual(2);
  });

  it("shows exited:unhealthy before it was ever started and after it was stopped", async () => {
    await using coolify = await startTestCoolify({ settings: { rateLimitPerMinute: null } });
    const uuid = await createApplication(coolify);
    expect((await send(coolify, "GET", `/applications/${uuid}`)).body.status).toBe("exited:unhealthy");
    await deploy(coolify, uuid);
    await waitForStatus(coolify, `/applications/${uuid}`, "running:unknown");
    const stop = await send(coolify, "POST", `/applications/${uuid}/stop?docker_cleanup=false`);
    expect(stop.body).toEqual({ message: "Application stopping request queued." });
    await waitForStatus(coolify, `/applications/${uuid}`, "exited:unhealthy");
    expect(coolify.timeline.runningAt(Date.now())).toEqual([]);
  });

  it("goes on showing the old status until the next look", async () => {
    await using coolify = await startTestCoolify({ settings: { statusLagMs: 60_000 } });
    const uuid = await runApplication(coolify);
    await send(coolify, "POST", `/applications/${uuid}/stop`);
    await vi.waitFor(() => expect(coolify.timeline.runningAt(Date.now() + 1)).toEqual([]), { timeout: 5_000 });
    expect((await send(coolify, "GET", `/applications/${uuid}`)).body.status).toBe("running:unknown");
  });

  it("is deleted by a job: GET answers until it ran, then 404", async () => {
    await using coolify = await startTestCoolify({ settings: { jobDelayMs: 200, rateLimitPerMinute: null } });
    const uuid = await runApplication(coolify);
    const deleted = await send(coolify, "DELETE", `/applications/${uuid}`);
    expect(deleted).toMatchObject({ status: 200, body: { message: "Application deletion request queued." } });
    expect((await send(coolify, "GET", `/applications/${uuid}`)).status).toBe(200);
    expect((await send(coolify, "DELETE", `/applications/${uuid}`)).status).toBe(200);
    await vi.waitFor(async () => expect((await send(coolify, "GET", `/applications/${uuid}`)).status).toBe(404), 5_000);
    expect(coolify.timeline.runningAt(Date.now() + 1)).toEqual([]);
    expect((await send(coolify, "DELETE", `/applications/${uuid}`)).status).toBe(404);
  });

  it("is orphaned when its application is deleted while the server cannot be reached", async () => {
    await using coolify = await startTestCoolify({ settings: { rateLimitPerMinute: null } });
    const uuid = await runApplication(coolify);
    coolify.settings.set({ serverFunctional: false });
    await send(coolify, "POST", `/applications/${uuid}/stop`);
    await send(coolify, "DELETE", `/applications/${uuid}`);
    await vi.waitFor(async () => expect((await send(coolify, "GET", `/applications/${uuid}`)).status).toBe(404), 5_000);
    expect(coolify.timeline.runningAt(Date.now() + 1)).toMatchObject([{ workload: uuid }]);
  });

  it("runs on when its stop is ignored, and restarts after an OOM kill", async () => {
    await using coolify = await startTestCoolify({ settings: { restartDelayMs: 10, rateLimitPerMinute: null } });
    const [name, tag] = sentinelImage("test/sleeper", "stop-ignored").split(":");
    const uuid = await runApplication(coolify, { docker_registry_image_name: name, docker_registry_image_tag: tag });
    await send(coolify, "POST", `/applications/${uuid}/stop`);
    const [, oom] = sentinelImage("test/sleeper", "out-of-memory").split(":");
    await runApplication(coolify, { docker_registry_image_tag: oom });
    await vi.waitFor(() => expect(coolify.timeline.intervals().length).toBeGreaterThanOrEqual(3), { timeout: 5_000 });
    expect(coolify.timeline.runningAt(Date.now() + 1).map(({ workload }) => workload)).toContain(uuid);
  });
});
