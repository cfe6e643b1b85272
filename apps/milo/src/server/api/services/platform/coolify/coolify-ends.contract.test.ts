import { type CoolifyEmulator, createCoolifyEmulator } from "@milo/emulators";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostMortem, Workload } from "../platform-service.ts";
import { CoolifyPlatformService } from "./coolify-platform-service.ts";
import { coolifySettings } from "./testing/coolify-wire.ts";
import { settingsOf } from "./testing/settings-of.ts";

const IMAGE = "registry.example/bot";
const DYING = "registry.example/dying-bot";
const TOKEN = "7|milo";
const STATUS_LAG_MS = 50;

/** What becomes of a running bot on Coolify, as the watch sees it, and what is kept of it. */
describe("a running bot on Coolify", () => {
  let emulator: CoolifyEmulator;
  const run = (script: string) => [process.execPath, "-e", script];
  beforeAll(async () => {
    emulator = await createCoolifyEmulator({
      images: {
        [IMAGE]: run('console.log("in the call"); setInterval(() => {}, 1000);'),
        [DYING]: run("setTimeout(() => process.exit(1), 150);"),
      },
      tokens: [{ token: TOKEN, abilities: ["read", "read:sensitive", "write", "deploy"] }],
      settings: { rateLimitPerMinute: null, statusLagMs: STATUS_LAG_MS },
    });
  });
  afterAll(() => emulator.close());

  let bots = 0;
  async function running(name: string) {
    const image = { name, tag: "1" };
    const service = new CoolifyPlatformService(
      coolifySettings({
        ...settingsOf(emulator, TOKEN, image),
        stopGraceSeconds: 5,
        requestsPerMinute: 100_000,
        statusSettleMs: STATUS_LAG_MS * 5,
        stopLookMs: 20,
      }),
    );
    const launchKey = `bot-abc234-${900 + ++bots}-a1`;
    const request = service.render({
      launchKey,
      installationId: "abc234",
      botId: 900 + bots,
      attempt: 1,
      meetingPlatform: "zoom",
      miloUrl: "http://127.0.0.1:9",
      maxDurationSeconds: 600,
    });
    const secrets = { attemptToken: "token-of-an-attempt" };
    const { signal } = new AbortController();
    const made = await service.create(request, secrets, { resend: false, signal });
    if (made.kind !== "created") throw new Error(JSON.stringify(made));
    const ref = { launchKey, identifier: made.identifier, request };
    expect(await service.start(ref, secrets, { signal })).toEqual({ kind: "started" });
    const look = async (): Promise<Workload | null> => {
      const found = await service.find(ref);
      return found.kind === "found" ? found.workload : null;
    };
    await expect.poll(async () => (await look())?.state, { timeout: 10_000 }).toBe("running");
    return { service, ref, look };
  }
  async function logOf(uuid: string): Promise<string> {
    const headers = { authorization: `Bearer ${TOKEN}` };
    return (await fetch(`${emulator.url}/api/v1/applications/${uuid}/logs`, { headers })).text();
  }
  const runsNow = (launchKey: string) =>
    emulator.timeline.intervals().filter((one) => one.launchKey === launchKey && one.end === null).length;

  it("is seen to have been restarted by docker after it ended, or taken away by Coolify, and is neither ended nor gone by that", async () => {
    const { service, ref, look } = await running(DYING);
    await expect
      .poll(async () => (await look())?.restarted?.reason, { timeout: 10_000 })
      .toMatch(/docker started|shows no container/);
    expect((await look())?.state).not.toBe("ended");
    await expect.poll(async () => (await service.stop(ref)).kind, { timeout: 15_000 }).toBe("gone");
    expect(runsNow(ref.launchKey)).toBe(0);
  });

  it("leaves its last words, its status and how often it was restarted", async () => {
    const { service, ref } = await running(IMAGE);
    await expect.poll(() => logOf(ref.identifier), { timeout: 10_000 }).toContain("in the call");
    const kept: PostMortem[] = [];
    const keep = async (postMortem: PostMortem) => void kept.push(postMortem);
    await expect.poll(async () => (await service.stop(ref, { keep })).kind, { timeout: 15_000 }).toBe("gone");
    expect(kept[0]).toMatchObject({ log: ["in the call"], status: expect.stringMatching(/^running/) });
    expect(kept.at(-1)).toMatchObject({ status: expect.stringMatching(/^exited/) });
  });

  it("is stopped though its log cannot be read, and the reason is kept in its place", async () => {
    const { service, ref } = await running(IMAGE);
    emulator.fail("logs", "server-error", 1);
    const kept: PostMortem[] = [];
    const keep = async (postMortem: PostMortem) => void kept.push(postMortem);
    await expect.poll(async () => (await service.stop(ref, { keep })).kind, { timeout: 15_000 }).toBe("gone");
    expect(kept[0]?.missing).toMatch(/Coolify/);
  });

  it("keeps its record while its bot is still heard, whatever its status says", async () => {
    const { service, ref, look } = await running(IMAGE);
    let heard = true;
    const isSilent = async () => !heard;
    await expect
      .poll(async () => (await service.stop(ref, { isSilent })).kind === "stopping" && runsNow(ref.launchKey), {
        timeout: 10_000,
      })
      .toBe(0);
    await expect.poll(async () => (await look())?.state, { timeout: 10_000 }).toBe("ended");
    for (let order = 0; order < 5; order++) {
      expect(await service.stop(ref, { isSilent })).toEqual({ kind: "stopping" });
      expect(await look()).not.toBeNull();
    }
    heard = false;
    await expect.poll(async () => (await service.stop(ref, { isSilent })).kind, { timeout: 10_000 }).toBe("gone");
  });
});
