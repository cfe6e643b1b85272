import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readOrNull } from "./processes.ts";
import { makeServerFolder, type ReachablePaths, type ServerUser } from "./reachable-paths.ts";

const START_TIMEOUT_MS = 60_000; // Crash recovery of a busy database may take this long.
const SHUTDOWN_TIMEOUT_MS = 15_000;

// Loopback TCP only: no socket file whose path could be too long or left behind. The log keeps what needs a reader.
const FIXED_FLAGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "log_checkpoints=off",
  "log_min_messages=warning",
  "log_min_error_statement=panic",
];

export interface Cluster {
  folder: string;
  paths: ReachablePaths;
  settings: Record<string, string>;
}

/** Makes the cluster unless it is there. A cluster whose making was interrupted is made again from nothing. */
export async function ensureCluster(cluster: Cluster, password: string): Promise<void> {
  if (existsSync(cluster.folder)) return;
  const { clusterParent, binDir, user } = cluster.paths;
  const partial = `${cluster.folder}.partial`;
  const passwordFile = join(clusterParent, "initdb-password");
  rmSync(partial, { recursive: true, force: true });
  makeServerFolder(partial, user);
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user !== null) chownSync(passwordFile, user.uid, user.gid);
  try {
    await run(join(binDir, "initdb"), initArguments(partial, passwordFile, cluster.settings), user);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(partial, cluster.folder);
}

function initArguments(folder: string, passwordFile: string, settings: Record<string, string>): string[] {
  return [
    `--pgdata=${folder}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--no-instructions",
    ...(settings.fsync === "off" ? ["--no-sync"] : []),
  ];
}

async function run(program: string, args: string[], user: ServerUser | null): Promise<void> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], cwd: "/", ...user });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`Making the database failed: ${output.trim()}`);
}

/** A server that answers. `exited` settles when its process ends, for whatever reason. */
export interface Server {
  port: number;
  process: ChildProcess;
  exited: Promise<void>;
}

/**
 * Starts the server and waits until it accepts connections. A start may fail for a moment after a crash (the old
 * server's children still hold its shared memory) or when another program takes the free port first: it is retried.
 */
export async function startServer(cluster: Cluster, port: number | null): Promise<Server> {
  const attempts = 5;
  for (let attempt = 1; ; attempt++) {
    const server = await tryStart(cluster, port ?? (await findFreePort()));
    if (server !== null) return server;
    if (attempt === attempts) throw new Error("The database server does not start; its log says why.");
    await sleep(attempt * 200);
  }
}

async function tryStart(cluster: Cluster, port: number): Promise<Server | null> {
  const settings = [...FIXED_FLAGS, ...Object.entries(cluster.settings).map(([name, value]) => `${name}=${value}`)];
  const args = ["-D", cluster.folder, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])];
  const child = spawn(join(cluster.paths.binDir, "postgres"), args, {
    stdio: ["ignore", "ignore", "inherit"],
    cwd: "/",
    ...cluster.paths.user,
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  const ready = await waitUntilReady(cluster.folder, child);
  if (ready) return { port, process: child, exited };
  child.kill("SIGQUIT");
  await exited;
  return null;
}

/** The postmaster writes "ready" as the eighth line of its pid file; pg_ctl waits for the same. */
async function waitUntilReady(folder: string, child: ChildProcess): Promise<boolean> {
  const deadlineMs = performance.now() + START_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const lines = readOrNull(join(folder, "postmaster.pid"))?.split("\n") ?? [];
    if (lines[0]?.trim() === String(child.pid) && lines[7]?.trim() === "ready") return true;
    if (performance.now() > deadlineMs) return false;
    await sleep(20);
  }
  return false;
}

/** Fast shutdown: open transactions are rolled back, everything committed is kept. */
export async function stopServer(server: Server): Promise<void> {
  server.process.kill("SIGINT");
  const hard = setTimeout(() => server.process.kill("SIGQUIT"), SHUTDOWN_TIMEOUT_MS);
  await server.exited;
  clearTimeout(hard);
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port on 127.0.0.1.");
  return address.port;
}
