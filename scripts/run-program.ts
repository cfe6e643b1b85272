import { spawn } from "node:child_process";

/**
 * Runs a program with this terminal and waits for it. Returns its exit code, null when a signal ended it. While it
 * runs, signals are its to answer: TERM and HUP are passed on, a terminal delivers INT to it by itself.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<number | null> {
  const child = spawn(program, args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...environment },
  });
  const forward = (name: NodeJS.Signals) => child.kill(name);
  const names = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  for (const name of names) process.on(name, forward);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
  } finally {
    for (const name of names) process.off(name, forward);
  }
}
