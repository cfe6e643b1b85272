import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { appRouter } from "../../apps/milo/src/server/api/root.ts";
import { attemptToken, readInstallation } from "../../apps/milo/src/server/database/repositories/installation.ts";
import { buildMilo } from "../start/build-milo.ts";
import { COOLIFY_TOKEN, MEETING_PASSWORD, startBundles } from "./testing/bundled-milo.ts";
import { startOtlpReceiver } from "./testing/otlp-receiver.ts";

const BUILD_WITHIN_MS = 400_000;
const SLOW = { timeout: 60_000, interval: 100 };
const PLANTED = {
  accessToken: "planted-console-access-token",
  collectorKey: "planted-collector-key",
  coolifyToken: COOLIFY_TOKEN,
  meetingPassword: MEETING_PASSWORD,
};
const BEARER = { authorization: `Bearer ${PLANTED.accessToken}` };
const PROCEDURES = appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>;

const kubernetesToken = (kubeconfig: string) => /token: (\S+)/.exec(kubeconfig)?.[1] ?? "";

/**
 * The bundles that production runs, with secrets planted wherever a process is given one. A platform that refuses quotes
 * them back. Then all is read that they print, store and serve: to people, to bots, to Prometheus, to a collector.
 */
describe("secrets, in whole processes", { timeout: 180_000 }, () => {
  let collector: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let milo: Awaited<ReturnType<typeof startBundles>>;
  let streamed = "";
  const closing = new AbortController();
  const secrets = new Map<string, string>(Object.entries(PLANTED));
  let bots: { ran: number; waits: number };

  beforeAll(async () => {
    await buildMilo(() => undefined);
    collector = await startOtlpReceiver();
    milo = await startBundles(async (databaseUrl) => {
      secrets.set("databasePassword", new URL(databaseUrl).password);
      return {
        LOG_LEVEL: "trace",
        MILO_ACCESS_TOKEN: PLANTED.accessToken,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: `api-key=${PLANTED.collectorKey}`,
      };
    });
    secrets.set("attemptSecret", milo.attemptSecret).set("kubernetesToken", kubernetesToken(milo.k8s.kubeconfig()));
    void followStream(milo.url);
    bots = await runBots();
  }, BUILD_WITHIN_MS);
  afterAll(async () => {
    closing.abort();
    await milo?.[Symbol.asyncDispose]();
    await collector[Symbol.asyncDispose]();
  });

  async function followStream(url: string): Promise<void> {
    const headers = { ...BEARER, accept: "text/event-stream" };
    const answer = await fetch(`${url}/api/trpc/live.events`, { headers, signal: closing.signal });
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) streamed += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // It ends with the test.
    }
  }
  /** All that a dispatcher knows by value, and an address, which it knows by its form. */
  const quoting = () => {
    const names = ["collectorKey", "databasePassword", "coolifyToken", "attemptSecret", "kubernetesToken"];
    return `${names.map((name) => secrets.get(name)).join(", ")}, https://zoom.example/j/1?pwd=${MEETING_PASSWORD}`;
  };
  async function call(name: string, input: unknown): Promise<string> {
    const headers = { ...BEARER, "content-type": "application/json" };
    const answer = await fetch(`${milo.url}/api/trpc/${name}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ json: input }),
    });
    return answer.text();
  }
  /** One that fails over and runs, and one that waits. */
  async function runBots() {
    const refusal = { kind: "Status", apiVersion: "v1", status: "Failure", reason: "Forbidden", code: 403 };
    const body = { ...refusal, message: `jobs.batch is forbidden: ${quoting()}` };
    milo.k8s.faults.add({ match: { operation: "create-job" }, fault: "status", status: 403, body });
    const ran = await milo.create(BEARER);
    await vi.waitUntil(() => milo.claimed(ran), SLOW);
    await call("infrastructure.setPlatformMode", { platform: "k8s", mode: "hold" });
    await call("infrastructure.setPlatformMode", { platform: "coolify", mode: "hold" });
    const waits = await milo.create(BEARER);
    const installation = await readInstallation(milo.sql);
    for (const { key } of await milo.sql<{ key: string }[]>`SELECT launch_key AS key FROM deployments`) {
      secrets.set(`attempt token of ${key}`, attemptToken(installation, key));
    }
    return { ran, waits };
  }
  const found = (text: string) => [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => name);

  it("are in no page of the console, which shows the bot that had them", async () => {
    const paths = [
      "/",
      "/bots",
      `/bots/${bots.ran}`,
      `/bots/${bots.waits}`,
      "/infrastructure",
      "/capacity",
      "/sign-in",
    ];
    for (const path of [...paths, "/nowhere"]) {
      const answer = await fetch(milo.url + path, { headers: BEARER });
      const html = await answer.text();
      expect([path, found(html)]).toEqual([path, []]);
      if (path === `/bots/${bots.ran}`)
        expect([answer.status, html]).toEqual([200, expect.stringContaining("is forbidden")]);
    }
  });

  it("are in no answer of the API, to orders as to questions, nor in what the command line prints", async () => {
    const inputs = [
      undefined,
      { botId: bots.ran },
      { botId: bots.waits },
      { platform: "k8s" },
      { limit: 50 },
      { hours: 1 },
    ];
    let answered = 0;
    for (const [name, { _def }] of Object.entries(PROCEDURES)) {
      if (_def.type !== "query") continue;
      for (const input of inputs) {
        const query = input === undefined ? "" : `?input=${encodeURIComponent(JSON.stringify({ json: input }))}`;
        const answer = await fetch(`${milo.url}/api/trpc/${name}${query}`, { headers: BEARER });
        if (answer.ok) answered++;
        expect([name, input, found(await answer.text())]).toEqual([name, input, []]);
      }
    }
    expect(answered).toBeGreaterThan(15);
    const meetingUrl = `https://zoom.example/j/2?pwd=${MEETING_PASSWORD}`;
    const orders: [string, unknown][] = [
      ["bots.createMany", { bots: [{ meetingPlatform: "zoom", meetingUrl }] }],
      ["bots.create", { meetingPlatform: "nowhere", meetingUrl }],
      ["queue.setPriority", { botIds: [bots.waits], priority: 3 }],
      ["queue.cancel", { botIds: [bots.waits] }],
      ["bots.retry", { botId: bots.waits }],
      ["bots.stopMany", { botIds: [bots.ran] }],
      ["bots.replaceAnyway", { botId: bots.ran, reason: "to see" }],
    ];
    for (const [name, input] of orders) expect([name, found(await call(name, input))]).toEqual([name, []]);
    for (const args of [["doctor", "--json"], ["status"], ["queue"], ["bots", "show", String(bots.ran)]]) {
      const printed = await milo.command(...args);
      expect([args, printed.length > 0, found(printed)]).toEqual([args, true, []]);
    }
  });

  it("are not in the live stream, though it told of them who had them", async () => {
    await expect.poll(() => streamed, SLOW).toContain("is forbidden");
    expect(found(streamed)).toEqual([]);
  });

  it("are in no metric, no health check and no trace", async () => {
    for (const url of [milo.url, milo.dispatcherUrl]) {
      for (const path of ["/metrics", "/healthz", "/readyz"]) {
        const text = await (await fetch(url + path, { headers: BEARER })).text();
        expect([path, text.length > 0, found(text)]).toEqual([path, true, []]);
      }
    }
    await expect.poll(() => collector.texts.join("\n"), SLOW).toContain("is forbidden");
    expect(found(collector.texts.join("\n"))).toEqual([]);
  });

  it("are in no row of the database but the two that must hold one, and in no line of a process", async () => {
    const tables = await milo.sql<{ name: string }[]>`
      SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`;
    expect(tables.length).toBeGreaterThan(8);
    for (const { name } of tables) {
      const rows = await milo.sql<{ text: string }[]>`
        SELECT (to_jsonb(t) - 'meeting_url' - 'attempt_secret')::text AS text FROM ${milo.sql(name)} t`;
      expect([name, found(rows.map(({ text }) => text).join("\n"))]).toEqual([name, []]);
    }
    await milo.stop();
    const printed = milo.output();
    for (const part of [
      "Effective configuration",
      '"decision":"gave_up"',
      '"decision":"claimed"',
      "is forbidden",
      "Stopped",
    ])
      expect(printed).toContain(part);
    expect(found(printed)).toEqual([]);
  });
});
