import type { DeploymentPlatform } from "@milo/placement";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testPlan } from "#server/testing/milo-database.ts";
import { startTestSystem, type TestSystem } from "#server/testing/test-system.ts";

const SLOW = { timeout: 30_000, interval: 100 };
const LONG = "https://zoom.example/j/1?join=50ms&waiting=50ms&call=60s&leave=200ms";
const CRASH = "https://zoom.example/j/1?join=50ms&call=300ms&crash=mid-call&exit=7";

/*
 * Real adapters, PostgreSQL and bots; the platforms are emulated, and their own record of what ran is the witness that no
 * two of one bot ever ran past each other.
 */
describe.each(["k8s", "aws"] as const)("a bot on %s whose container is lost", (platform: DeploymentPlatform) => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem(testPlan({ [platform]: 2 }, { queueTimeoutMs: 120_000 }));
  }, 60_000);
  afterAll(() => system[Symbol.asyncDispose]());

  const bot = (botId: number) => system.api.bots.get({ botId });
  async function inCall(meetingUrl: string, maxDurationMs = 300_000): Promise<number> {
    const { botId } = await system.api.bots.create({ meetingPlatform: "zoom", meetingUrl, maxDurationMs });
    return botId;
  }
  const key = (botId: number, attempt: number) => `bot-${system.installation.id}-${botId}-a${attempt}`;
  const ran = (botId: number, attempt: number) =>
    system.emulators[platform].timeline.intervals().filter((one) => one.launchKey === key(botId, attempt));
  async function attempts(botId: number) {
    const { items } = await system.api.bots.getTimeline({ botId });
    return items.flatMap((item) => (item.kind === "attempt" ? [item.attempt] : []));
  }
  /** The platform takes the container away, as it does: with a notice and SIGTERM. */
  async function takeAway(botId: number): Promise<void> {
    const { platformIdentifier } = await bot(botId);
    if (platform === "aws") {
      expect(system.emulators.aws.disrupt(platformIdentifier ?? "", "host-retirement")).toBe(true);
      return;
    }
    const pods = system.emulators.k8s.store.list("pods");
    const pod = pods.find((one) => one.metadata.labels?.["milo.dev/launch-key"] === key(botId, 1));
    expect(system.emulators.k8s.disruptPod(pod?.metadata.name ?? "", "evict")).toBe(true);
  }

  it("gets another one when the old one has ended, and never two at once", { timeout: 90_000 }, async () => {
    const botId = await inCall(LONG);
    await expect.poll(async () => (await bot(botId)).status, SLOW).toBe("IN_CALL");
    await takeAway(botId);
    await expect.poll(async () => (await bot(botId)).attempts, SLOW).toBe(2);
    await expect.poll(async () => (await bot(botId)).status, SLOW).toBe("IN_CALL");
    const ended = ran(botId, 1).at(-1)?.end ?? Number.POSITIVE_INFINITY;
    expect(ran(botId, 2)[0]?.start).toBeGreaterThanOrEqual(ended);
    const [first, second] = await attempts(botId);
    expect(first).toMatchObject({ outcome: "lost", class: "lost" });
    expect(second).toMatchObject({ phase: "RUNNING", attempt: 2 });
    await expect.poll(async () => (await attempts(botId))[0]?.phase, SLOW).toBe("ENDED");
    expect((await attempts(botId))[0]?.postMortem).toMatchObject({ status: expect.any(String) });
    await system.api.bots.stop({ botId });
    await expect.poll(async () => (await bot(botId)).status, SLOW).toBe("DONE");
  });

  it("is final when it crashed by itself, and what is left of it is kept", { timeout: 60_000 }, async () => {
    const botId = await inCall(CRASH);
    await expect.poll(async () => (await bot(botId)).status, SLOW).toBe("FATAL");
    expect(await bot(botId)).toMatchObject({ statusCode: "CONTAINER_ENDED", attempts: 1 });
    await expect.poll(async () => (await attempts(botId))[0]?.phase, SLOW).toBe("ENDED");
    const [attempt] = await attempts(botId);
    expect(attempt).toMatchObject({ class: "bot", postMortem: { exitCode: 7 } });
    const { deployments } = await system.api.infrastructure.getDeployments({ search: key(botId, 1), limit: 1 });
    expect(deployments[0]?.postMortem).toMatchObject({ exitCode: 7 });
    expect(deployments[0]?.postMortem?.log).toBeUndefined();
    if (platform === "k8s") {
      expect(attempt?.postMortem?.log?.join("\n")).toContain("claimed");
      expect(JSON.stringify(attempt?.postMortem)).not.toMatch(/\?join=/);
    }
  });

  it("leaves by itself when its maximum duration is over, also where its platform knows none", {
    timeout: 60_000,
  }, async () => {
    const botId = await inCall(LONG, 3_000);
    await expect.poll(async () => (await bot(botId)).status, SLOW).toBe("DONE");
    const { items } = await system.api.bots.getTimeline({ botId });
    expect(items.map((item) => item.code)).toContain("MAX_DURATION");
    expect((await attempts(botId)).length).toBe(1);
  });
});
