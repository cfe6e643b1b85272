import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { HostAnswer, HostRequest } from "./host-protocol.ts";
import { HOST_MARK } from "./owner-file.ts";
import { readOrNull } from "./processes.ts";

export interface StartPostgresOptions {
  /** Folder for the cluster, its password and its log. Made when missing. One live owner at a time. */
  dataDir: string;
  /** TCP port on 127.0.0.1; without one, any free port. */
  port?: number;
  /**
   * Server settings. Without any, PostgreSQL's own safe ones hold: a commit that was answered survives a power cut.
   * Only tests that throw the cluster away may pass `{ fsync: "off" }`.
   */
  settings?: Record<string, string>;
  /** Database that `url` names, created when missing. Default `milo`. */
  database?: string;
}

export interface RunningPostgres extends AsyncDisposable {
  /** Connection string of the database asked for. */
  url: string;
  /** Connection string of the `postgres` database, for creating and dropping others. */
  adminUrl: string;
  /** Process id of the host, which ends the database when it is told to. */
  hostPid: number;
  /** Settles when the host ended, whether asked to or not. */
  exited: Promise<void>;
  /** Shuts the database down and waits until its files are closed. Repeating it is harmless. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL server in a process of its own and waits until it accepts connections. It ends with this
 * process, however this process ends, and outlives a Ctrl-C in the terminal until `stop` is called.
 * Throws a sentence when the folder has another live owner or the server does not start.
 */
export async function startPostgres(options: StartPostgresOptions): Promise<RunningPostgres> {
  const dataDir = resolve(options.dataDir);
  const request: HostRequest = {
    dataDir,
    port: options.port ?? null,
    settings: options.settings ?? {},
    database: options.database ?? "milo",
  };
  const host = spawnHost(dataDir);
  const exited = new Promise<void>((done) => host.once("exit", () => done()));
  host.stdin?.on("error", () => undefined); // A host that ended early is reported through its answer or its absence.
  host.stdin?.write(`${JSON.stringify(request)}\n`);
  const answer = await readAnswer(host, exited);
  if (!("url" in answer)) {
    host.stdin?.end();
    throw new Error(answer.error + tailOfLog(dataDir));
  }
  letGo(host);
  const stop = async () => {
    host.ref();
    host.stdin?.end();
    await exited;
  };
  return { url: answer.url, adminUrl: answer.adminUrl, hostPid: answer.pid, exited, stop, [Symbol.asyncDispose]: stop };
}

function spawnHost(dataDir: string): ChildProcess {
  mkdirSync(dataDir, { recursive: true });
  const log = openSync(logPath(dataDir), "a", 0o600);
  try {
    return spawn(process.execPath, [fileURLToPath(new URL("./host.ts", import.meta.url)), HOST_MARK], {
      detached: true,
      stdio: ["pipe", "pipe", log],
      // Nothing but these: a PGPORT or a NODE_OPTIONS of the caller is not meant for the database.
      env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, TZ: "UTC", LC_ALL: "C" },
    });
  } finally {
    closeSync(log);
  }
}

async function readAnswer(host: ChildProcess, exited: Promise<void>): Promise<HostAnswer> {
  const output = host.stdout;
  if (output === null) throw new Error("The database host has no output.");
  const lines = createInterface({ input: output });
  const line = new Promise<HostAnswer>((done) => lines.once("line", (text) => done(JSON.parse(text) as HostAnswer)));
  const failed = new Promise<HostAnswer>((done) => host.once("error", (error) => done({ error: error.message })));
  const ended = exited.then(() => ({ error: "The database host ended before the database was ready." }));
  return await Promise.race([line, failed, ended]);
}

/** A program that is done may exit without stopping the database first: that ends the life line. */
function letGo(host: ChildProcess): void {
  host.unref();
  for (const stream of [host.stdin, host.stdout]) (stream as unknown as { unref?: () => void } | null)?.unref?.();
}

function logPath(dataDir: string): string {
  return join(dataDir, "postgres.log");
}

function tailOfLog(dataDir: string): string {
  const lines = (readOrNull(logPath(dataDir)) ?? "").trimEnd().split("\n").slice(-8).join("\n");
  return lines === "" ? "" : `\nThe end of ${logPath(dataDir)}:\n${lines}`;
}
