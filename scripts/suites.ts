/** One run of tests in a process of its own: `args` are Node's. It reports through the tally file. */
export interface Suite {
  name: string;
  args: string[];
}

/** Kinds of test, as vitest's projects are named; those that run together. */
const SHARED_KINDS = ["unit", "property", "db", "contract", "sim"];
/** On their own, one file after the other: each runs a whole milo. */
const ALONE_KINDS = ["e2e", "chaos"];
const KINDS = [...SHARED_KINDS, ...ALONE_KINDS];

/** Splits the arguments into kinds and path filters, and says what to run. No kind means every kind. */
export function planSuites(words: readonly string[]): Suite[] {
  const named = words.filter((word) => KINDS.includes(word));
  const filters = words.filter((word) => !KINDS.includes(word));
  const isWanted = (kind: string) => named.length === 0 || named.includes(kind);
  const shared = SHARED_KINDS.filter(isWanted);
  // A path may be one of a single suite; that no test ran at all is noticed in the sum.
  const rest = filters.length === 0 ? [] : ["--passWithNoTests", ...filters];
  const suites = ALONE_KINDS.filter(isWanted).map((kind) => vitestSuite([kind], ["--no-file-parallelism", ...rest]));
  return shared.length === 0 ? suites : [vitestSuite(shared, rest), ...suites];
}

function vitestSuite(projects: readonly string[], rest: readonly string[]): Suite {
  return {
    name: projects.join(", "),
    args: [
      "node_modules/vitest/vitest.mjs",
      "run",
      "--reporter=default",
      "--reporter=./scripts/tally-reporter.ts",
      ...projects.flatMap((project) => ["--project", project]),
      ...rest,
    ],
  };
}
