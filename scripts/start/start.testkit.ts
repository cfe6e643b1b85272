import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "./paths.ts";

/** A build may be due before the first start. */
export const START_LIMIT_MS = 180_000;

/** No platform is there, and the one that is listed takes no bots: what runs must not depend on it. */
export const ENV = {
  PLATFORM_PRIORITY: "coolify",
  COOLIFY_BOT_LIMIT: "0",
  COOLIFY_API_URL: "http://127.0.0.1:9",
  COOLIFY_API_TOKEN: "1|c00lify-t0ken",
  COOLIFY_PROJECT_UUID: "project",
  COOLIFY_SERVER_UUID: "server",
  COOLIFY_ENVIRONMENT_NAME: "production",
  COOLIFY_ENVIRONMENT_UUID: "environment",
  COOLIFY_DESTINATION_UUID: "destination",
  COOLIFY_IMAGE: "ghcr.io/example/bot:1",
  MILO_PUBLIC_URL: "http://127.0.0.1:9",
  HOST: "127.0.0.1",
  PORT: "0",
  DISPATCHER_PORT: "0",
};

export type Program = {
  child: ChildProcess;
  line(pattern: RegExp): Promise<string>;
  ended: Promise<number | null>;
  output(): string;
};

export function runStart(env: Record<string, string>): Program {
  const child = spawn(process.execPath, [join(ROOT, "scripts/start.ts"), "--env-file", "/dev/null"], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const tellAll = () => {
    for (const tell of waiting) tell();
  };
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (text) => {
      lines.push(text);
      tellAll();
    });
  }
  let over = false;
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  void ended.then(() => {
    over = true;
    tellAll();
  });
  async function line(pattern: RegExp, from = 0): Promise<string> {
    for (let at = from; ; at++) {
      while (at >= lines.length) {
        if (over) throw new Error(`It ended without ${pattern}:\n${lines.join("\n")}`);
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
      const text = lines[at] ?? "";
      if (pattern.test(text)) return text;
    }
  }
  return { child, line, ended, output: () => lines.join("\n") };
}

/** The process that a program started from the named file, as Linux lists it. */
export async function pidOf(parent: Pick<ChildProcess, "pid">, file: string): Promise<number> {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parentPid = /\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];
      if (Number(parentPid) !== parent.pid) continue;
      if (readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(file)) return Number(pid);
    } catch {
      // It ended while it was looked at.
    }
  }
  throw new Error(`${file} does not run`);
}

export function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
