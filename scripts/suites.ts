import { existsSync } from "node:fs";

/** One run of tests in a process of its own: `args` are Node's. It reports through the tally file. */
export interface Suite {
  name: string;
  args: string[];
}

/** Kinds of test that vitest runs, as its projects are named. */
export const VITEST_KINDS = ["unit", "property", "db", "contract", "sim"] as const;

const E2E_RUNNER = "e2e/run.ts";
const KINDS = [...VITEST_KINDS, "e2e"];

/** Splits the arguments into kinds and path filters, and says what to run. No kind means every kind. */
export function planSuites(words: readonly string[], hasE2e = existsSync(E2E_RUNNER)): Suite[] {
  const named = words.filter((word) => KINDS.includes(word));
  const filters = words.filter((word) => !KINDS.includes(word));
  const kinds = named.length === 0 ? KINDS : named;
  const suites: Suite[] = [];
  const projects = VITEST_KINDS.filter((kind) => kinds.includes(kind));
  if (projects.length > 0) suites.push(vitestSuite(projects, filters));
  if (kinds.includes("e2e") && hasE2e) suites.push({ name: "e2e", args: [E2E_RUNNER, ...filters] });
  return suites;
}

function vitestSuite(projects: readonly string[], filters: readonly string[]): Suite {
  return {
    name: projects.join(", "),
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=./scripts/tally-reporter.ts",
      ...projects.flatMap((project) => ["--project", project]),
      ...filters,
    ],
  };
}
