import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const SHIM = fileURLToPath(new URL("../shim.ts", import.meta.url));

/** Starts the real program as a process of its own; killed when the test is over. */
export function spawnBot(environment: NodeJS.ProcessEnv, program: "main" | "shim" = "main", args: string[] = []) {
  const child = spawn(process.execPath, [program === "main" ? MAIN : SHIM, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const seen = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const look of seen) look();
    });
  }
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  return {
    exited,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    output: () => output,
    /** Resolves once the output holds `text`. */
    async printed(text: string): Promise<void> {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (output.includes(text)) resolve();
        };
        seen.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
      await exited;
    },
  };
}
