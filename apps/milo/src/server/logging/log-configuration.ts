import type { Logger } from "pino";
import { describeConfig } from "../../config/describe-config.ts";
import { type ConfigProblem, formatProblem } from "../../config/problem.ts";
import type { EffectiveVariable } from "../../config/read-shape.ts";

/** Writes down what a process was started with: each variable as it takes effect, secrets hidden, and what is odd. */
export function logConfiguration(
  log: Logger,
  config: { effective: readonly EffectiveVariable[] },
  warnings: readonly ConfigProblem[],
): void {
  log.info({ configuration: describeConfig(config) }, "Effective configuration");
  for (const warning of warnings) log.warn({ variable: warning.variable }, formatProblem(warning));
}
