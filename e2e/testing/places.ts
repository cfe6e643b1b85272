import { rmSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/start/paths.ts";

const E2E = join(ROOT, "e2e");

/** Pictures of every page, each from the last run of its test. */
export const SCREENSHOTS = join(E2E, "screenshots");
/** What the pages of a failed test looked like, from the last run. */
export const FAILURES = join(E2E, "failures");
/** What milo's processes and the emulators said, from the last run, a folder per file of tests. */
export const LOGS = join(E2E, "logs");

/** Removes what the last run left. Pictures stay: a run of some tests is not to take those of others away. */
export function clearOutput(): void {
  for (const folder of [FAILURES, LOGS]) rmSync(folder, { recursive: true, force: true });
}

/** A name that is fit for a file: letters, digits and hyphens. */
export function toFileName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.replace(/^-|-$/g, "").slice(0, 80);
}
