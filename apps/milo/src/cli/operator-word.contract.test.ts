import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { testPlan } from "#server/testing/milo-database.ts";
import { startTestSystem, type TestSystem } from "#server/testing/test-system.ts";
import { runCommand } from "./testing/run-command.ts";

const LONG = "https://zoom.example/j/1?join=50ms&waiting=50ms&call=120s&leave=50ms";
const SLOW = { timeout: 40_000, interval: 100 };
const REASON = "the node was taken out of the rack";

/** What only an operator can say, said on the command line to the whole of milo. */
describe("an operator's word on the command line", { timeout: 90_000 }, () => {
  let system: TestSystem;
  beforeAll(async () => {
    system = await startTestSystem(testPlan({ k8s: 2 }, { queueTimeoutMs: 60_000 }));
    await system.milo.sql.unsafe(`
      CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER swallow BEFORE INSERT OR UPDATE ON heartbeats FOR EACH ROW EXECUTE FUNCTION swallow();
      ALTER TABLE heartbeats DISABLE TRIGGER swallow`);
  }, 60_000);
  afterEach(async () => {
    await system.milo.sql`ALTER TABLE heartbeats DISABLE TRIGGER swallow`;
    for (const { id } of (await system.api.bots.list({ limit: 50 })).bots) await system.api.bots.stop({ botId: id });
    const used = async () => (await system.api.infrastructure.getActivePlatforms()).map((platform) => platform.used);
    await expect.poll(used, SLOW).toEqual([0]);
  });
  afterAll(() => system[Symbol.asyncDispose]());

  const milo = (...args: string[]) => runCommand(args, { MILO_PUBLIC_URL: system.url });
  const deployments = (botId: number) => system.milo.sql<{ id: number; phase: string }[]>`
    SELECT id, phase FROM deployments WHERE bot_id = ${botId} ORDER BY attempt`;
  async function inCall() {
    const order = { name: "Notes", meetingPlatform: "zoom", meetingUrl: LONG, maxDurationMs: 300_000 } as const;
    const { botId } = await system.api.bots.create(order);
    await expect.poll(async () => (await system.api.bots.get({ botId })).status, SLOW).toBe("IN_CALL");
    return { botId, deploymentId: (await deployments(botId))[0]?.id ?? 0 };
  }
  /** From now on nothing is heard of any bot, and nothing was for an hour. */
  async function silence() {
    const { sql } = system.milo;
    await sql`UPDATE deployments SET claimed_at = claimed_at - interval '1 hour' WHERE claimed_at IS NOT NULL`;
    await sql`UPDATE heartbeats SET at = at - interval '1 hour'`;
    await sql`ALTER TABLE heartbeats ENABLE TRIGGER swallow`;
    await sql`UPDATE heartbeats SET at = at - interval '1 hour'`;
  }

  it("frees the slot of a container that is gone, not without a reason, and not while its bot is heard", async () => {
    const { botId, deploymentId } = await inCall();
    const say = (...more: string[]) => milo("deployment", "confirm-gone", String(deploymentId), ...more);
    expect(await say()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("--reason") });
    expect(await say("--reason", REASON)).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("heard") });
    await silence();
    const said = await say("--reason", REASON);
    expect(said).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("its slot is free") });
    expect(said.stdout).toContain(`Bot #${botId} waits for another container`);
    expect((await deployments(botId))[0]?.phase).toBe("ENDED");
    const { stdout } = await milo("bots", "show", String(botId));
    expect(stdout).toContain(REASON);
  });

  it("gives a bot that cannot be reached another container, with the warning that two may be in the call", async () => {
    const { botId, deploymentId } = await inCall();
    const say = () => milo("bots", "replace-anyway", String(botId), "--reason", REASON, "--json");
    expect(await say()).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("heard") });
    await silence();
    const said = await say();
    expect(said.exitCode, said.stderr).toBe(0);
    expect(JSON.parse(said.stdout)).toMatchObject({ botId, deploymentId, warning: expect.stringContaining("Two") });
    await expect.poll(async () => (await deployments(botId)).length, SLOW).toBe(2);
  });

  it("lets a held mass stop go on, and says so where there is none", async () => {
    const say = () => milo("platform", "confirm-mass-stop", "k8s", "--reason", REASON);
    expect(await say()).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("no mass stop") });
    const { sql } = system.milo;
    await sql`UPDATE platform_checks SET mass_stop_since = milo_now() + interval '1 hour', mass_stop_reason = 'It would end 6 of 7'
      WHERE platform = 'k8s'`;
    expect(await say()).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("the sweep goes on") });
    const [held] = await sql`SELECT mass_stop_confirmed_until > milo_now() AS confirmed FROM platform_checks
      WHERE platform = 'k8s'`;
    expect(held).toEqual({ confirmed: true });
    await sql`UPDATE platform_checks SET mass_stop_since = NULL, mass_stop_reason = NULL, mass_stop_confirmed_until = NULL`;
  });
});
