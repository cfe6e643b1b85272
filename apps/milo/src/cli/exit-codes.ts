/** How every command ends; docs/cli.md lists them. */
export const EXIT_CODES = {
  ok: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];

/** What each means, for --help and docs/cli.md. */
export const EXIT_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [EXIT_CODES.ok, "all went well"],
  [EXIT_CODES.failed, "a check or a step failed, or one of several could not be done"],
  [EXIT_CODES.usage, "the command line makes no sense"],
  [EXIT_CODES.unreachable, "milo cannot be reached, or cannot answer just now: try again"],
  [EXIT_CODES.refused, "milo refused: no access, no such thing, or input it does not accept"],
  [EXIT_CODES.interrupted, "ended by Ctrl-C or SIGTERM, after cleaning up"],
];

/** Ends a command: a sentence for stderr that says what to do, and the exit code. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function usageError(message: string): CliError {
  return new CliError(EXIT_CODES.usage, message);
}
