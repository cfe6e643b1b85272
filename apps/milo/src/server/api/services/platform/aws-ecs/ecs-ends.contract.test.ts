import { createEcsEmulator, type EcsEmulator } from "@milo/emulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostMortem, Workload } from "../platform-service.ts";
import { EcsPlatformService } from "./ecs-platform-service.ts";
import { ecsSettings, launchOf } from "./testing/ecs-wire.ts";
import { emulatedSettings } from "./testing/emulated-settings.ts";

const IMAGE = "registry.example/bot";
/** Says that it can be told to leave, and takes its time when it is. */
const BOT = `process.on("SIGTERM", () => setTimeout(() => process.exit(0), 400)); setInterval(() => {}, 1000);`;

/** What becomes of a running bot on ECS, as the watch sees it, and what is kept of it. */
describe("a running bot on ECS", () => {
  let emulator: EcsEmulator;
  let service: EcsPlatformService;
  beforeAll(async () => {
    const container = { name: "bot", image: `${IMAGE}:1`, essential: true, stopTimeout: 5 };
    emulator = await createEcsEmulator({
      images: { [IMAGE]: [process.execPath, "-e", BOT] },
      taskDefinitions: [
        {
          family: "bot",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          cpu: "256",
          memory: "512",
          containerDefinitions: [container],
        },
      ],
    });
    service = new EcsPlatformService(ecsSettings({ ...emulatedSettings(emulator), useSpot: true }));
  });
  afterAll(async () => {
    service.close();
    await emulator.close();
  });

  let bots = 0;
  async function running() {
    const launch = launchOf({ launchKey: `bot-abc234-${900 + ++bots}-a1` });
    const request = service.render(launch);
    const signal = new AbortController().signal;
    const made = await service.create(request, { attemptToken: "token-of-an-attempt" }, { resend: false, signal });
    if (made.kind !== "created") throw new Error(JSON.stringify(made));
    const ref = { launchKey: launch.launchKey, identifier: made.identifier, request };
    const look = async (): Promise<Workload> => {
      const found = await service.find(ref);
      if (found.kind !== "found") throw new Error(found.kind);
      return found.workload;
    };
    await expect.poll(async () => (await look()).state, { timeout: 10_000 }).toBe("running");
    return { ref, look, arn: made.identifier };
  }

  it("is seen to be reclaimed while it still runs, by the notice of two minutes, and is lost when it has stopped", async () => {
    const { ref, look, arn } = await running();
    expect(emulator.disrupt(arn, "spot-interruption")).toBe(true);
    const noticed = await look();
    expect(noticed).toMatchObject({ state: "running", reclaim: { reason: expect.stringContaining("Spot Task") } });
    expect(await service.stop(ref), "no slot is given away on a notice").toEqual({ kind: "stopping" });
    await expect.poll(async () => (await look()).state, { timeout: 10_000 }).toBe("ended");
    expect(await look()).toMatchObject({ end: { infrastructure: true } });
    expect((await look()).reclaim).toBeUndefined();
  });

  it("is no reclaim when milo itself has it stopped", async () => {
    const { ref, look } = await running();
    await service.stop(ref);
    expect((await look()).reclaim).toBeUndefined();
    await expect.poll(async () => (await service.stop(ref)).kind, { timeout: 10_000 }).toBe("gone");
  });

  it("leaves its exit code, its reasons and its times, for longer than ECS remembers them", async () => {
    const { ref, arn } = await running();
    emulator.disrupt(arn, "out-of-memory");
    const kept: PostMortem[] = [];
    const keep = async (postMortem: PostMortem) => void kept.push(postMortem);
    await expect.poll(async () => (await service.stop(ref, { keep })).kind, { timeout: 10_000 }).toBe("gone");
    expect(kept.at(-1)).toMatchObject({
      status: "STOPPED",
      exitCode: 137,
      signal: 9,
      reason: expect.stringContaining("OutOfMemoryError"),
      finishedAt: expect.stringMatching(/^2/),
      missing: expect.stringContaining(arn.split("/").at(-1) ?? ""),
    });
  });
});
