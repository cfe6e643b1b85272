import { type ChildProcess, spawn } from "node:child_process";
import { type AddressInfo, createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { ProcessMessage } from "../run-process.ts";

export type RunningMain = {
  child: ChildProcess;
  /** Settles when it says that it works; rejects with its output when it ends before. */
  ready: Promise<ProcessMessage>;
  ended: Promise<{ code: number | null; output: string }>;
  /** What it has said so far. */
  output(): string;
};

/** Runs a process of milo from source, until the test ends, with nothing in its environment but what is given. */
export function runMain(name: "web" | "dispatcher", env: Readonly<Record<string, string | undefined>>): RunningMain {
  const file = fileURLToPath(new URL(`../../${name}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: { NODE_ENV: "production", PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  const outputs = [child.stdout, child.stderr].map(async (stream) => {
    for await (const chunk of stream ?? []) output += chunk;
  });
  // Not "close": that never comes when the channel was closed from here.
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const ended = Promise.all([exited, ...outputs]).then(([code]) => ({ code, output }));
  const ready = new Promise<ProcessMessage>((resolve, reject) => {
    child.once("message", (message) => resolve(message as ProcessMessage));
    void ended.then(() => reject(new Error(output)));
  });
  ready.catch(() => undefined);
  return { child, ready, ended, output: () => output };
}

/** A port on loopback that nobody listened on a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
