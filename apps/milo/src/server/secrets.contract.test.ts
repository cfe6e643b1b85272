import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { appRouter } from "#server/api/root.ts";
import { attemptToken } from "#server/database/repositories/installation.ts";
import { createLogger } from "#server/logging/create-logger.ts";
import { keepSecret } from "#server/logging/known-secrets.ts";
import { testPlan } from "#server/testing/milo-database.ts";
import { startTestSystem, type TestSystem } from "#server/testing/test-system.ts";

/*
 * Secrets planted wherever milo is given one, and looked for in all that it writes: every line of the log, every row of
 * the database, and every answer of API, metrics and health checks. What fails quotes them, as platforms do.
 */
const PLANTED = {
  databasePassword: "planted-database-password",
  coolifyToken: "7|planted-coolify-token",
  awsSecretKey: "plantedAwsSecretAccessKey/+abcdefghijklm",
  accessToken: "planted-console-access-token",
  meetingPassword: "planted-meeting-password",
  meetingFragment: "planted-meeting-fragment",
};
const PROCEDURES = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;
const SLOW = { timeout: 40_000, interval: 100 };
const bearer = { authorization: `Bearer ${PLANTED.accessToken}` };
const meeting = (script: string) =>
  `https://zoom.example/j/1?join=50ms&waiting=0ms&leave=50ms&${script}&pwd=${PLANTED.meetingPassword}#${PLANTED.meetingFragment}`;

describe("secrets", () => {
  let system: TestSystem;
  const printed: string[] = [];
  const secrets = new Map<string, string>(Object.entries(PLANTED));

  beforeAll(async () => {
    const { databasePassword, coolifyToken, awsSecretKey, accessToken } = PLANTED;
    keepSecret(databasePassword, coolifyToken, awsSecretKey, accessToken);
    const log = createLogger({
      name: "all",
      level: "trace",
      destination: { write: (line) => void printed.push(line) },
    });
    const plan = testPlan({ k8s: 2, aws: 2, coolify: 2 }, { queueTimeoutMs: 60_000 });
    system = await startTestSystem(plan, { log, coolifyToken, awsSecretKey, accessToken });
    const kubernetesToken = /token: (\S+)/.exec(system.emulators.k8s.kubeconfig())?.[1] ?? expect.fail("no token");
    keepSecret(system.installation.attemptSecret, kubernetesToken);
    secrets.set("attemptSecret", system.installation.attemptSecret);
    secrets.set("kubernetesToken", kubernetesToken);
    await runBots(system);
    for (const { launchKey } of await system.milo.sql<{ launchKey: string }[]>`
      SELECT launch_key AS "launchKey" FROM deployments`) {
      secrets.set(`attempt token of ${launchKey}`, attemptToken(system.installation, launchKey));
    }
  }, 120_000);
  afterAll(() => system[Symbol.asyncDispose]());

  const found = (text: string) => [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

  it("are in no line of the log, though it holds each decision", () => {
    const text = printed.join("");
    for (const decision of ["launched", "claimed", "gave_up", "stopped"])
      expect(text).toContain(`"decision":"${decision}"`);
    expect(text).toContain("the platform quotes");
    expect(found(text)).toEqual([]);
  });

  it("are in no row of the database but the two that must hold one", async () => {
    const tables = await system.milo.sql<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
    expect(tables.length).toBeGreaterThan(8);
    for (const { name } of tables) {
      const rows = await system.milo.sql<{ text: string }[]>`
        SELECT (to_jsonb(t) - 'meeting_url' - 'attempt_secret')::text AS text FROM ${system.milo.sql(name)} t`;
      expect([name, found(rows.map((row) => row.text).join("\n"))]).toEqual([name, []]);
    }
    const [kept] = await system.milo.sql`SELECT count(*)::int AS n FROM bots WHERE meeting_url LIKE '%planted%'`;
    expect(kept?.n).toBeGreaterThan(0);
  });

  it("are in no answer of the API, to queries as to wrong ones", async () => {
    const [bot] = await system.milo.sql`SELECT max(id) AS id FROM bots`;
    const inputs = [undefined, { botId: bot?.id }, { platform: "k8s" }, { limit: 50 }, { hours: 1 }, { botId: "none" }];
    let answered = 0;
    for (const [name, { _def }] of Object.entries(PROCEDURES)) {
      if (_def.type !== "query") continue;
      for (const input of inputs) {
        const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
        const answer = await fetch(`${system.url}/api/trpc/${name}${query}`, { headers: bearer });
        const text = await answer.text();
        if (answer.ok) answered++;
        expect([name, input, found(text)]).toEqual([name, input, []]);
      }
    }
    expect(answered).toBeGreaterThan(15);
  });

  it("are not in metrics and health checks, which nobody without the token reads", async () => {
    const text = await system.readMetrics();
    expect(text).toContain('milo_launches_failed_total{class="config"}');
    for (const path of ["/metrics", "/readyz", "/healthz", "/", "/sign-in"]) {
      const answers = [await fetch(system.url + path), await fetch(system.url + path, { headers: bearer })];
      const texts = await Promise.all(answers.map((answer) => answer.text()));
      expect([path, found(texts.join("\n"))]).toEqual([path, []]);
    }
    expect((await fetch(`${system.url}/metrics`)).status).toBe(401);
    expect(found(text)).toEqual([]);
  });
});

/** A bot through its call on each platform, one that fails in it, one that waits, and one whose platform quotes secrets. */
async function runBots(system: TestSystem): Promise<void> {
  const { coolifyToken, databasePassword, awsSecretKey } = PLANTED;
  const create = (script: string, platform: "k8s" | "aws" | "coolify") =>
    system.api.bots.create({ meetingPlatform: "zoom", meetingUrl: meeting(script), platforms: [platform] });
  const status = async (botId: number) => (await system.api.bots.get({ botId })).status;
  const bots = await Promise.all(
    (["k8s", "aws", "coolify"] as const).map((platform) => create("call=300ms", platform)),
  );
  const failing = await create("call=10s&fail=after-join", "k8s");
  for (const { botId } of bots) await vi.waitFor(async () => expect(await status(botId)).toBe("DONE"), SLOW);
  await vi.waitFor(async () => expect(await status(failing.botId)).toBe("FATAL"), SLOW);
  const coolify = system.platforms.get("coolify");
  if (coolify === undefined) throw new Error("no Coolify");
  const says = [`Authorization: Bearer ${coolifyToken}`, `postgres://milo:${databasePassword}@db/milo`, awsSecretKey];
  coolify.create = async () => ({ kind: "failed", class: "config", reason: `the platform quotes ${says.join(", ")}` });
  const { botId } = await create("call=300ms", "coolify");
  await vi.waitFor(async () => {
    const rows = await system.milo.sql<
      { phase: string; botId: number }[]
    >`SELECT phase, bot_id AS "botId" FROM deployments`;
    expect(rows.map((row) => row.botId)).toContain(botId);
    expect(rows.filter((row) => row.phase !== "ENDED")).toEqual([]);
  }, SLOW);
}
