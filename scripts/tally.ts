/** What a suite of tests reports: how many passed, failed and did not run. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Environment variable that names the file a suite appends its tallies to, one JSON line each. */
export const TALLY_FILE_VARIABLE = "MILO_TALLY_FILE";

export function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0 };
}

export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, { passed, failed, skipped }) => ({
      passed: sum.passed + passed,
      failed: sum.failed + failed,
      skipped: sum.skipped + skipped,
    }),
    emptyTally(),
  );
}

/** The last line of every test run, read by people and by continuous integration: `3 passed, 0 failed, 1 skipped`. */
export function tallyLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/** The tallies of a suite's report; a line that is not one throws, as a suite that counts wrongly must not pass. */
export function parseTallies(text: string): Tally[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const { passed, failed, skipped } = JSON.parse(line) as Tally;
      if (![passed, failed, skipped].every(Number.isInteger)) throw new Error(`Not a tally: ${line}`);
      return { passed, failed, skipped };
    });
}

/**
 * The tally that counts for a suite that ended with `exitCode`: a suite that failed without a failed test, or that
 * reported nothing at all, is one failure.
 */
export function judgeSuite(reported: readonly Tally[], exitCode: number | null): Tally {
  const sum = addTallies(reported);
  const silent = reported.length === 0;
  if (sum.failed === 0 && (exitCode !== 0 || silent)) return { ...sum, failed: 1 };
  return sum;
}
