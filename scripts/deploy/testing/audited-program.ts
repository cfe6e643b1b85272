import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "../../start/paths.ts";

/** Something a program did that its rights do not cover; `resource` is a path for files. */
export type Access = { permission: string; resource: string };

export type AuditedProgram = {
  /** Its address, once it says that it works; rejects with its output when it ends before. */
  url: Promise<string>;
  stop(): void;
  /** How it ended, and all that it did beyond reading `readable`. */
  ended: Promise<{ code: number | null; beyond: Access[]; output: string }>;
};

const REPORTER = join(import.meta.dirname, "report-access.cjs");

/**
 * Runs a program with nothing in its environment but what is given, and notes each file that it writes or reads
 * outside `readable` (files and folders), each process and thread it starts and each native addon it loads.
 */
export function runAudited(
  file: string,
  readable: readonly string[],
  env: Readonly<Record<string, string>>,
): AuditedProgram {
  const rights = [REPORTER, ...readable].map((path) => `--allow-fs-read=${path}`);
  const child = spawn(process.execPath, ["--permission-audit", `--require=${REPORTER}`, ...rights, file], {
    cwd: ROOT,
    env: { NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).then((code) => {
    return { code, beyond: readAccesses(output), output };
  });
  return { url: readyUrl(child, ended), stop: () => void child.kill("SIGTERM"), ended };
}

function readyUrl(child: ChildProcess, ended: Promise<{ output: string }>): Promise<string> {
  const url = new Promise<string>((resolve, reject) => {
    child.once("message", (message: { url?: string }) => resolve(message.url ?? ""));
    void ended.then(({ output }) => reject(new Error(output)));
  });
  url.catch(() => undefined);
  return url;
}

function readAccesses(output: string): Access[] {
  const lines = output.split("\n").filter((line) => line.startsWith("ACCESS "));
  return [...new Set(lines)].map((line) => JSON.parse(line.slice("ACCESS ".length)) as Access);
}
