import type { DeploymentPlatform } from "@milo/placement";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { testPlan } from "#server/testing/milo-database.ts";
import { startTestSystem, type TestSystem } from "#server/testing/test-system.ts";
import type { Status } from "./commands/status.ts";
import type { PlatformProbe } from "./probe/probe-platform.ts";
import { runCommand } from "./testing/run-command.ts";

const PLATFORMS = ["k8s", "aws", "coolify"] as const;
const LONG = "https://zoom.example/j/1?join=50ms&waiting=50ms&call=120s&leave=50ms";
const SLOW = { timeout: 30_000, interval: 100 };

/*
 * The whole command line against the whole of milo: real adapters, real bots, three emulated platforms, over HTTP.
 */
describe("milo's command line", { timeout: 90_000 }, () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem(testPlan({ k8s: 1, aws: 1, coolify: 1 }, { queueTimeoutMs: 60_000 }));
  }, 60_000);
  afterEach(async () => {
    for (const { id } of (await system.api.bots.list({ limit: 50 })).bots) await system.api.bots.stop({ botId: id });
    for (const platform of PLATFORMS) await milo("resume", platform);
    await expect.poll(used, SLOW).toEqual([0, 0, 0]);
  });
  afterAll(() => system[Symbol.asyncDispose]());

  const milo = (...args: string[]) => runCommand(args, { MILO_PUBLIC_URL: system.url });
  const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await milo(...args, "--json")).stdout) as T;
  const used = async () => (await system.api.infrastructure.getActivePlatforms()).map((platform) => platform.used);
  const create = async (name: string) =>
    (await system.api.bots.create({ name, meetingPlatform: "zoom", meetingUrl: LONG, maxDurationMs: 300_000 })).botId;
  const status = async (botId: number) => (await system.api.bots.get({ botId })).status;
  const probeBots = () => system.milo.sql<{ id: number; status: string; platforms: string[] }[]>`
    SELECT b.id, b.status, array_agg(d.platform::text) FILTER (WHERE d.id IS NOT NULL) AS platforms
    FROM bots b LEFT JOIN deployments d ON d.bot_id = b.id
    WHERE b.name LIKE 'milo probe %' GROUP BY b.id ORDER BY b.id`;
  const containers = (platform: DeploymentPlatform) => system.emulators[platform].timeline.intervals();

  it("probes each platform with one bot of its own, through launch, claim, stop and gone", async () => {
    const before = PLATFORMS.map((platform) => containers(platform).length);
    const probed = await json<{ ok: boolean; platforms: PlatformProbe[] }>("probe");
    expect(probed.ok).toBe(true);
    expect(probed.platforms.map(({ platform, status: outcome }) => [platform, outcome])).toEqual(
      PLATFORMS.map((platform) => [platform, "ok"]),
    );
    for (const { steps } of probed.platforms) {
      expect(steps.map(({ step, ok }) => [step, ok])).toEqual(
        ["launch", "claim", "stop", "gone"].map((step) => [step, true]),
      );
    }
    expect(await used()).toEqual([0, 0, 0]);
    expect((await probeBots()).map(({ platforms }) => platforms)).toEqual(PLATFORMS.map((platform) => [platform]));
    for (const [index, platform] of PLATFORMS.entries()) {
      expect(containers(platform).length).toBeGreaterThan(before[index] ?? 0);
      expect(containers(platform).every(({ end }) => end !== null)).toBe(true);
    }
  });

  it("shows a mass stop that is held, on a platform that looks healthy", async () => {
    const { sql } = system.milo;
    // The next sweep finds nothing to hold and takes it back: so it is written again before each look.
    const held = async () => {
      await sql`UPDATE platform_checks SET mass_stop_since = milo_now(), mass_stop_reason = 'A sweep would end 6 of 7'
        WHERE platform = 'k8s'`;
      return (await milo("status")).stdout;
    };
    await expect.poll(held, SLOW).toMatch(/^k8s .* A sweep would end 6 of 7: held \(/m);
    await sql`UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_reason = NULL`;
  });

  it("shows and changes a platform's mode, with the reason and since when, and does not probe one on hold", async () => {
    expect(await milo("hold", "k8s", "--reason", "upgrading")).toMatchObject({ exitCode: 0, stdout: /new bots/ });
    const { platforms } = await json<Status>("status");
    expect(platforms.map(({ platform, mode, limit, used: held }) => [platform, mode, limit, held])).toEqual([
      ["k8s", "hold", 1, 0],
      ["aws", "enabled", 1, 0],
      ["coolify", "enabled", 1, 0],
    ]);
    const shown = await milo("status");
    expect(shown.stdout).toMatch(/^k8s +on hold +0\/1 .*upgrading \(.* ago\)$/m);
    expect(shown.stdout).toContain("Nobody waits.");
    const probed = await milo("probe", "k8s");
    expect(probed).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/skipped: it is on hold \(upgrading\)/),
    });
    await milo("drain", "k8s");
    expect((await json<Status>("status")).platforms[0]?.mode).toBe("drain");
    await milo("resume", "k8s");
    expect((await json<Status>("status")).platforms[0]?.mode).toBe("enabled");
  });

  it("lists who waits in order, changes the order, cancels, and says of each what could not be done", async () => {
    for (const platform of PLATFORMS) await milo("hold", platform);
    const [first, second] = [await create("First"), await create("Second")];
    const order = async () => (await json<{ bots: { botId: number }[] }>("queue")).bots.map(({ botId }) => botId);
    expect(await order()).toEqual([first, second]);
    expect((await milo("queue", "priority", String(second), "5")).exitCode).toBe(0);
    expect(await order()).toEqual([second, first]);
    const shown = await milo("queue");
    expect(shown.stdout).toMatch(new RegExp(`^1 +${second} +Second +5 +k8s .*on hold`, "m"));
    expect((await milo("status")).stdout).toMatch(/2 bots wait; the first came/);

    const cancelled = await milo("queue", "cancel", String(first), "999999");
    expect(cancelled.exitCode).toBe(1);
    expect(cancelled.stdout).toMatch(
      new RegExp(`✓ Bot #${first} .*cancelled[\\s\\S]*✗ Bot #999999: There is no bot #999999`),
    );
    expect(await status(first)).toBe("CANCELLED");
    expect((await milo("bots", "stop", String(second))).exitCode).toBe(0);
    expect(await order()).toEqual([]);
  });

  it("lists bots, tells the story of one, stops it, and never shows a meeting's password", async () => {
    const botId = await create("Notes\u001b[31m");
    await expect.poll(() => status(botId), SLOW).toBe("IN_CALL");
    const listed = await milo("bots", "--status", "IN_CALL", "--platform", "k8s");
    expect(listed.stdout).toMatch(new RegExp(`^ *${botId} +Notes.*zoom +IN_CALL +k8s +1 `, "m"));
    expect(listed.stdout).not.toContain("\u001b");
    for (const words of [
      ["bots", "--json"],
      ["bots", "show", String(botId)],
      ["bots", "show", String(botId), "--json"],
    ]) {
      const { exitCode, stdout } = await milo(...words);
      expect([exitCode, stdout.includes("zoom.example/j/1"), stdout.includes("call=120s")]).toEqual([0, true, false]);
    }
    expect((await milo("bots", "show", String(botId))).stdout).toMatch(/CLAIMED|IN_CALL/);
    expect(await milo("bots", "show", "999999")).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining("999999"),
    });
    expect((await milo("bots", "stop", String(botId))).exitCode).toBe(0);
    await expect.poll(() => status(botId), SLOW).toBe("DONE");
  });

  it("waits its turn with a probe: never over the limit, never at a bot's cost, and gone when it gives up", async () => {
    const botId = await create("Real");
    await expect.poll(() => status(botId), SLOW).toBe("IN_CALL");
    const probed = await milo("probe", "k8s", "--timeout", "2");
    expect([probed.exitCode, probed.stdout]).toEqual([
      1,
      expect.stringMatching(/✗ launch .*(full|slot|EXPIRED|gave up)/i),
    ]);
    expect(await status(botId)).toBe("IN_CALL");
    expect(await used()).toEqual([1, 0, 0]);
    expect((await probeBots()).at(-1)).toMatchObject({
      platforms: null,
      status: expect.stringMatching(/CANCELLED|FATAL/),
    });
    await milo("bots", "stop", String(botId));
  });

  it("cleans up a probe that is interrupted", async () => {
    const interrupt = new AbortController();
    const probed = await runCommand(
      ["probe", "coolify"],
      { MILO_PUBLIC_URL: system.url },
      {
        signal: interrupt.signal,
        onOutput: (text) => text.includes("launch") && interrupt.abort(),
      },
    );
    expect(probed).toMatchObject({
      exitCode: 130,
      stdout: expect.stringMatching(/✓ launch[\s\S]*milo was told to stop bot/),
    });
    expect(probed.stdout).not.toContain("gone");
    await expect.poll(async () => (await probeBots()).at(-1)?.status, SLOW).toMatch(/CANCELLED|DONE/);
    await expect.poll(used, SLOW).toEqual([0, 0, 0]);
  });

  it("says which step of a probe failed and why, in the platform's words, and ends with 1", async () => {
    system.emulators.aws.fail("RunTask", "access-denied", 1);
    const probed = await milo("probe", "aws");
    expect([probed.exitCode, probed.stdout]).toEqual([1, expect.stringMatching(/✗ launch .*auth: .*ecs:RunTask/)]);
    await expect.poll(async () => (await probeBots()).at(-1)?.status, SLOW).toMatch(/CANCELLED|FATAL/);
  });
});
