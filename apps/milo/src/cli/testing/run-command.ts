import type { RawEnvironment } from "../../config/problem.ts";
import type { Screen } from "../output/screen.ts";
import { runCli } from "../run-cli.ts";

export type CommandRun = { exitCode: number; stdout: string; stderr: string };

/** Runs a command line in this process, as `npx milo …` would without a terminal. */
export async function runCommand(
  args: readonly string[],
  env: RawEnvironment,
  options: { columns?: number; signal?: AbortSignal; nowMs?: () => number; onOutput?: (text: string) => void } = {},
): Promise<CommandRun> {
  let stdout = "";
  let stderr = "";
  const screen = (write: (text: string) => void): Screen => ({
    columns: options.columns ?? null,
    paint: (_style, text) => text,
    write: (text) => {
      write(text);
      options.onOutput?.(text);
    },
  });
  const exitCode = await runCli({
    args,
    loadEnv: () => env,
    stdout: () => screen((text) => (stdout += text)),
    stderr: () => screen((text) => (stderr += text)),
    signal: options.signal ?? new AbortController().signal,
    nowMs: options.nowMs ?? Date.now,
  });
  return { exitCode, stdout, stderr };
}
