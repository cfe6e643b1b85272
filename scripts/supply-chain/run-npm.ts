import { spawnSync } from "node:child_process";
import { ROOT } from "../start/paths.ts";

/** Runs npm in the repository and answers what it said. */
export function runNpm(args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const own = process.env.npm_execpath;
  const [program, before] = own?.endsWith("js") ? [process.execPath, [own]] : ["npm", []];
  const { status, stdout, stderr } = spawnSync(program, [...before, ...args, "--loglevel=error"], {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { code: status, stdout: stdout ?? "", stderr: stderr ?? "" };
}
