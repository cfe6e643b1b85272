import type { PlanProblem } from "@milo/placement";

/** One thing wrong with (or noteworthy in) the configuration: which variable, what, and what would be right. */
export type ConfigProblem = PlanProblem;

/** The raw values of the environment; undefined or blank = not set. */
export type RawEnvironment = Readonly<Record<string, string | undefined>>;

/** What a parser answers: every problem at once, and warnings, which never stop a start. */
export type ConfigResult<Config> =
  | { ok: true; config: Config; warnings: readonly ConfigProblem[] }
  | { ok: false; problems: readonly ConfigProblem[]; warnings: readonly ConfigProblem[] };

/** Thrown at start-up when the environment cannot be used; the message names every problem, one a line. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super(`The configuration has ${count}:\n${problems.map((p) => `  ${formatProblem(p)}`).join("\n")}`);
    this.problems = problems;
  }
}

/** One problem as a line for an operator: the variable, what is wrong, an example that is right. */
export function formatProblem(problem: ConfigProblem): string {
  return `${problem.variable} ${problem.problem}. Example: ${problem.example}`;
}
