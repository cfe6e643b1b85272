/**
 * The process whose only job is the database. It is started detached, so that Ctrl-C in a terminal reaches milo but
 * not the database, and its stdin is its life line: when the starter ends, however it ends, stdin closes and the
 * database is shut down.
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { findNativeDir } from "./binaries.ts";
import { type Cluster, ensureCluster, type Server, startServer, stopServer } from "./cluster.ts";
import type { HostAnswer, HostRequest } from "./host-protocol.ts";
import { stopOrphan } from "./orphan.ts";
import { giveUpOwnership, markStopping, takeOwnership } from "./owner-file.ts";
import { readOrNull } from "./processes.ts";
import { findReachablePaths } from "./reachable-paths.ts";

const MAX_RESTARTS = 10;

/** Aborted when the starter is gone or a signal asks to stop. */
const stopping = new AbortController();

function answer(value: HostAnswer): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function serve(request: HostRequest): Promise<void> {
  const ownerFile = prepareFolder(request.dataDir);
  await takeOwnership(ownerFile, request.dataDir);
  process.on("exit", () => giveUpOwnership(ownerFile));
  stopping.signal.addEventListener("abort", () => markStopping(ownerFile));

  const password = readOrMakePassword(join(request.dataDir, "password"));
  const paths = findReachablePaths(findNativeDir(), request.dataDir);
  const cluster: Cluster = { folder: join(paths.clusterParent, "cluster"), paths, settings: request.settings };
  await stopOrphan(cluster.folder);
  await ensureCluster(cluster, password);

  const server = await startServer(cluster, request.port);
  const url = (name: string) => `postgres://postgres:${password}@127.0.0.1:${server.port}/${name}`;
  await ensureDatabase(url("postgres"), request.database);
  answer({ url: url(request.database), adminUrl: url("postgres"), pid: process.pid });
  await keepAlive(cluster, server);
}

/** Restarts a server that died by itself on its old port, so that clients find it again; stops it when asked to. */
async function keepAlive(cluster: Cluster, first: Server): Promise<void> {
  let server = first;
  const asked = new Promise<void>((resolve) => {
    if (stopping.signal.aborted) resolve();
    else stopping.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  for (let restarts = 0; ; restarts++) {
    await Promise.race([asked, server.exited]);
    if (stopping.signal.aborted) return await stopServer(server);
    if (restarts === MAX_RESTARTS) throw new Error("The database server keeps dying; its log says why.");
    await stopOrphan(cluster.folder);
    server = await startServer(cluster, server.port);
  }
}

function prepareFolder(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  // Entered, but not listed, by the other user that root lends the server.
  if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  return join(dataDir, "owner.json");
}

function readOrMakePassword(path: string): string {
  const found = readOrNull(path)?.trim();
  if (found) return found;
  const password = randomBytes(24).toString("base64url");
  writeFileSync(path, `${password}\n`, { mode: 0o600 });
  return password;
}

async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  const sql = postgres(adminUrl, { max: 1, onnotice: () => undefined });
  try {
    const found = await sql`select 1 from pg_database where datname = ${name}`;
    if (found.length === 0) await sql`create database ${sql(name)}`;
  } finally {
    await sql.end();
  }
}

async function main(): Promise<void> {
  process.umask(0o022); // With a stricter one the server's user could not read what root writes for it.
  process.stdout.on("error", () => undefined); // The starter may be gone before the answer: stdin tells.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stopping.abort());
  const lines = createInterface({ input: process.stdin });
  lines.once("close", () => stopping.abort());
  const line = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  if (line === "") return;
  try {
    await serve(JSON.parse(line) as HostRequest);
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  }
  lines.close();
  process.stdin.destroy();
}

await main();
