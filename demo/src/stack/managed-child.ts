import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { formatLine } from "../../../scripts/start/format-line.ts";
import { ROOT } from "../../../scripts/start/paths.ts";
import type { Lifeline } from "./lifeline.ts";

/** How a child says that it is ready: its first line of output as JSON, or a message on the channel to its parent. */
export type ReadyBy = "first-line" | "message";

export type ChildOptions = {
  /** What people call it. */
  name: string;
  /** A file for Node and its arguments. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  readyBy: ReadyBy;
  readyWithinMs: number;
  logFile: string;
  /** What to do when it does not start, or ends by itself. */
  remedy: string;
  lifeline: Lifeline;
  /** Called when it ends although nobody asked it to. */
  onLost(error: ChildFailure): void;
};

export type ManagedChild = {
  name: string;
  /** What it said when it was ready. */
  ready: Readonly<Record<string, unknown>>;
  /** SIGTERM, and SIGKILL when that takes longer than `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill(): void;
};

/** A child that did not start, or ended by itself; the message ends with its last words. */
export class ChildFailure extends Error {}

const LAST_LINES = 12;
const MAX_LINE_LENGTH = 300;

/** Starts a Node process in a group of its own and waits until it is ready. Throws ChildFailure. */
export async function startChild(options: ChildOptions): Promise<ManagedChild> {
  const child = spawn(process.execPath, options.argv, {
    cwd: ROOT,
    detached: true, // A Ctrl-C in the terminal is ours to answer, in order.
    env: options.env,
    stdio: options.readyBy === "message" ? ["ignore", "pipe", "pipe", "ipc"] : ["ignore", "pipe", "pipe"],
  });
  if (child.pid !== undefined) options.lifeline.hold(child.pid);
  const lastLines = keepLog(child, options.name, options.logFile);
  const exited = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  const fail = (what: string) =>
    new ChildFailure(
      `${options.name} ${what}. ${options.remedy}\nIts last words (${options.logFile}):\n${lastLines()}`,
    );

  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = Math.round(options.readyWithinMs / 1_000);
    timer = setTimeout(() => reject(fail(`was not ready within ${seconds} s`)), options.readyWithinMs);
  });
  const ended = exited.then((how) => Promise.reject(fail(`ended before it was ready (${how})`)));
  ended.catch(() => undefined);
  let stopping = false;
  const kill = () => {
    stopping = true;
    killGroup(child.pid);
  };
  try {
    const ready = await Promise.race([hearReady(child, options.readyBy), late, ended]);
    void exited.then((how) => stopping || options.onLost(fail(`ended by itself (${how})`)));
    return {
      name: options.name,
      ready,
      kill,
      stop: async (graceMs) => {
        stopping = true;
        child.kill("SIGTERM");
        const harder = setTimeout(() => killGroup(child.pid), graceMs);
        await exited;
        clearTimeout(harder);
      },
    };
  } catch (error) {
    kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function hearReady(child: ChildProcess, by: ReadyBy): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    if (by === "message") child.once("message", (message) => resolve(message as Record<string, unknown>));
    else if (child.stdout) {
      createInterface({ input: child.stdout }).once("line", (line) => resolve(parseLine(line)));
    }
  });
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { line };
  }
}

/** Everything it says goes to a file; the last lines stay at hand. */
function keepLog(child: ChildProcess, name: string, file: string): () => string {
  mkdirSync(dirname(file), { recursive: true });
  const log = createWriteStream(file, { flags: "a" });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr] as (Readable | null)[]) {
    if (stream === null) continue;
    stream.pipe(log, { end: false });
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(formatLine(name, line));
      if (lines.length > LAST_LINES) lines.shift();
    });
  }
  child.once("close", () => log.end());
  return () => (lines.length === 0 ? "  (none)" : lines.map((line) => `  ${shorten(line)}`).join("\n"));
}

function shorten(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}…` : line;
}

function killGroup(processGroupId: number | undefined): void {
  if (processGroupId === undefined) return;
  try {
    process.kill(-processGroupId, "SIGKILL");
  } catch {
    // ESRCH: it is gone already.
  }
}
