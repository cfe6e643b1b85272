import type { Check } from "#server/api/services/platform/platform-diagnosis.ts";
import type { ConfigProblem, RawEnvironment } from "../../config/problem.ts";
import { readDispatcherConfig } from "../../config/read-config.ts";

/** Stands in for the embedded database's address, which is known only while it runs. */
const EMBEDDED_URL = "postgres://milo@127.0.0.1/milo";

/** Without DATABASE_URL `npm start` runs a database of its own. */
export function usesEmbeddedDatabase(env: RawEnvironment): boolean {
  return (env.DATABASE_URL ?? "").trim() === "";
}

/** A check per variable with a problem, or one that all is well. Warnings never fail. */
export function checkConfiguration(env: RawEnvironment): { checks: Check[]; isUsable: boolean } {
  const read = readDispatcherConfig(usesEmbeddedDatabase(env) ? { ...env, DATABASE_URL: EMBEDDED_URL } : env);
  const warnings = read.warnings.map((problem) => toCheck(problem, "warn"));
  if (!read.ok) {
    return { checks: [...read.problems.map((problem) => toCheck(problem, "fail")), ...warnings], isUsable: false };
  }
  const platforms = read.config.plan.platforms.map(({ platform, limit }) => `${platform} up to ${limit}`).join(", ");
  return {
    checks: [{ id: "config", status: "ok", seen: `The configuration can be used: ${platforms}.` }, ...warnings],
    isUsable: true,
  };
}

function toCheck({ variable, problem, example }: ConfigProblem, status: "warn" | "fail"): Check {
  return { id: `config.${variable}`, status, seen: `${variable} ${problem}.`, fix: `For example: ${example}` };
}
