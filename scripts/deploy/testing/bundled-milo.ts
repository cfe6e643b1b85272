import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createCoolifyEmulator, createKubernetesEmulator } from "@milo/emulators";
import { createTestDatabase } from "@milo/postgres/testing";
import { openDatabase } from "../../../apps/milo/src/server/database/client.ts";
import { migrate } from "../../../apps/milo/src/server/database/migrate.ts";
import { BUNDLES, ROOT } from "../../start/paths.ts";

export const COOLIFY_TOKEN = "7|planted-coolify-token";
export const MEETING_PASSWORD = "PLANTEDPASSWORD";
type Environment = Readonly<Record<string, string>>;

const ABILITIES = ["read", "read:sensitive", "write", "deploy"] as const;
const IMAGE = "registry.example/bot";
const MEETING = `https://zoom.example/j/1?pwd=${MEETING_PASSWORD}&join=50ms&waiting=50ms&call=120s&leave=50ms`;

/** The bundles that production runs, as processes, with a database of their own and two emulated platforms; k8s first. */
export async function startBundles(more: Environment | ((databaseUrl: string) => Promise<Environment>)) {
  const images = { [IMAGE]: [process.execPath, join(ROOT, "apps/bot/src/main.ts")] };
  const [k8s, coolify, owned] = await Promise.all([
    createKubernetesEmulator({ images }),
    createCoolifyEmulator({ images, tokens: [{ token: COOLIFY_TOKEN, abilities: [...ABILITIES] }] }),
    createTestDatabase(),
  ]);
  await migrate(owned.url);
  const env = {
    NODE_ENV: "production",
    DATABASE_URL: owned.url,
    PLATFORM_PRIORITY: "k8s,coolify",
    K8S_BOT_LIMIT: "2",
    COOLIFY_BOT_LIMIT: "2",
    PORT: "0",
    DISPATCHER_PORT: "0",
    ...(typeof more === "function" ? await more(owned.url) : more),
  };
  let output = "";
  const children: ChildProcess[] = [];
  const run = (name: string, own: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [join(BUNDLES, name, "main.js")], {
      cwd: ROOT,
      env: { ...env, ...own },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    children.push(child);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
    return new Promise<string>((resolve, reject) => {
      child.once("message", (message: { url: string }) => resolve(message.url));
      child.once("exit", () => reject(new Error(output)));
    });
  };
  const url = await run("web", {});
  const dispatcherUrl = await run("dispatcher", { MILO_PUBLIC_URL: url, ...kubernetesOf(k8s), ...coolifyOf(coolify) });
  const database = openDatabase(owned.url, { applicationName: "test", maxConnections: 1 });
  const [installation] = await database.sql<{ secret: string }[]>`SELECT attempt_secret AS secret FROM installation`;
  const stop = async () => void (await Promise.all(children.map(end)));
  return {
    k8s,
    /** Where web and dispatcher answer. */
    url,
    dispatcherUrl,
    sql: database.sql,
    /** The command line that the images hold, with the dispatcher's environment; answers all that it prints. */
    async command(...args: string[]) {
      const cli = spawn(process.execPath, [join(BUNDLES, "cli", "main.js"), ...args], {
        cwd: ROOT,
        env: { ...env, MILO_PUBLIC_URL: url, ...kubernetesOf(k8s), ...coolifyOf(coolify) },
        stdio: ["ignore", "pipe", "pipe"],
      });
      let printed = "";
      for (const stream of [cli.stdout, cli.stderr]) stream.on("data", (chunk) => (printed += chunk));
      await new Promise((resolve) => cli.once("close", resolve));
      return printed;
    },
    attemptSecret: installation?.secret ?? "",
    output: () => output,
    async create(headers: Readonly<Record<string, string>>) {
      const answer = await fetch(`${url}/api/trpc/bots.create`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ json: { meetingPlatform: "zoom", meetingUrl: MEETING, maxDurationMs: 300_000 } }),
      });
      const { result } = (await answer.json()) as { result: { data: { json: { botId: number } } } };
      return result.data.json.botId;
    },
    async claimed(botId: number) {
      const rows = await database.sql`SELECT FROM deployments WHERE bot_id = ${botId} AND claimed_at IS NOT NULL`;
      return rows.length > 0;
    },
    async traceParentOf(botId: number) {
      const [bot] = await database.sql<{ traceParent: string | null }[]>`
        SELECT trace_parent AS "traceParent" FROM bots WHERE id = ${botId}`;
      return bot?.traceParent;
    },
    /** Ends the processes in order; what they had yet to say is said then. */
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      await database.close();
      await Promise.all([k8s.close(), coolify.close()]);
      await owned[Symbol.asyncDispose]();
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

function kubernetesOf(k8s: Awaited<ReturnType<typeof createKubernetesEmulator>>): Record<string, string> {
  return { K8S_KUBECONFIG_TEXT: k8s.kubeconfig(), K8S_NAMESPACE: k8s.namespace, K8S_IMAGE: `${IMAGE}:1` };
}

function coolifyOf({ url, placement }: Awaited<ReturnType<typeof createCoolifyEmulator>>): Record<string, string> {
  return {
    COOLIFY_API_URL: url,
    COOLIFY_API_TOKEN: COOLIFY_TOKEN,
    COOLIFY_IMAGE: `${IMAGE}:1`,
    COOLIFY_PROJECT_UUID: placement.projectUuid,
    COOLIFY_SERVER_UUID: placement.serverUuid,
    COOLIFY_DESTINATION_UUID: placement.destinationUuids[0] ?? "",
    COOLIFY_ENVIRONMENT_NAME: placement.environmentName,
    COOLIFY_ENVIRONMENT_UUID: placement.environmentUuid,
  };
}
