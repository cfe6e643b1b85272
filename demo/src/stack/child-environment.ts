import { COMPILE_CACHE } from "./places.ts";

const KEPT = ["PATH", "HOME", "TMPDIR", "LANG", "USER"];

/**
 * What every child is given beside its own: nothing that the caller may have set for a real milo, so that no demo ever
 * talks to a real platform.
 */
export function baseEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(kept), NODE_COMPILE_CACHE: COMPILE_CACHE };
}
