import { ConfigError } from "../../config/problem.ts";
import { hideSecrets } from "../logging/known-secrets.ts";
import { maskUrls } from "../logging/mask-urls.ts";

/**
 * Ends a process that cannot start, with a sentence for the operator on stderr rather than a stack. Exit code 1.
 */
export function failStart(error: unknown): never {
  const text = error instanceof ConfigError ? error.message : `milo cannot start: ${describe(error)}`;
  process.stderr.write(`${maskUrls(hideSecrets(text))}\n`);
  process.exit(1);
}

/** The message of an error; a lost connection has one only in its parts. */
function describe(error: unknown): string {
  if (error instanceof AggregateError && error.message === "") return error.errors.map(describe).join("; ");
  return error instanceof Error ? error.message || error.name : String(error);
}
