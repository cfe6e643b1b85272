import { appendFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import { emptyTally, TALLY_FILE_VARIABLE, type Tally } from "./tally.ts";

/**
 * Writes one JSON line with what a vitest run counted. A file that could not be loaded, a hook that failed and an
 * error outside any test count as failed: vitest itself reports their tests as skipped or not at all. Prints why each
 * skipped test did not run.
 */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tally = emptyTally();
    for (const module of modules) countModule(module, tally);
    tally.failed += unhandledErrors.length;
    const file = process.env[TALLY_FILE_VARIABLE];
    if (file !== undefined) appendFileSync(file, `${JSON.stringify(tally)}\n`);
  }
}

function countModule(module: TestModule, tally: Tally): void {
  const failedBefore = tally.failed;
  for (const test of module.children.allTests()) {
    const result = test.result();
    const { state } = result;
    if (state === "passed") tally.passed++;
    else if (state === "failed") tally.failed++;
    else {
      tally.skipped++;
      const note = "note" in result ? result.note : undefined;
      console.log(`Skipped: ${test.fullName}: ${note ?? "no reason given"}`);
    }
  }
  tally.failed += module.errors().length;
  for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
  if (module.state() === "failed" && tally.failed === failedBefore) tally.failed++;
}
