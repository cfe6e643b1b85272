import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describeConfig } from "../../apps/milo/src/config/describe-config.ts";
import { ConfigError } from "../../apps/milo/src/config/problem.ts";
import { readDispatcherConfig, readWebConfig } from "../../apps/milo/src/config/read-config.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Stands in for the embedded database's address, which is known only once it runs. */
const EMBEDDED_URL = "postgres://milo@127.0.0.1/milo";

/** The process's environment, and below it what a file says. Without the file, the environment alone. */
export function readEnvironment(file: string, own: Environment): Environment {
  if (!existsSync(file)) return own;
  return { ...parseEnv(readFileSync(file, "utf8")), ...own };
}

export function usesEmbeddedDatabase(env: Environment): boolean {
  return (env.DATABASE_URL ?? "").trim() === "";
}

/**
 * Checks what web and dispatcher will read, before anything is started. Answers the effective configuration, a line
 * per variable, and the folder of local state.
 * @throws {ConfigError} that names every problem of both
 */
export function checkConfiguration(env: Environment): { summary: string[]; dataDir: string } {
  const embedded = usesEmbeddedDatabase(env);
  const complete = embedded ? { ...env, DATABASE_URL: EMBEDDED_URL } : env;
  const web = readWebConfig(complete);
  const dispatcher = readDispatcherConfig(complete);
  if (!web.ok || !dispatcher.ok) {
    const problems = [web, dispatcher].flatMap((result) => (result.ok ? [] : result.problems));
    const distinct = new Map(problems.map((problem) => [`${problem.variable} ${problem.problem}`, problem]));
    throw new ConfigError([...distinct.values()]);
  }
  const lines = [...describeConfig(web.config), ...describeConfig(dispatcher.config)];
  const told = embedded ? lines.filter((line) => !line.startsWith("DATABASE_URL=")) : lines;
  const isDefault = (line: string) => line.endsWith(" (default)");
  const distinct = [...new Set(told)];
  const summary = [...distinct.filter((line) => !isDefault(line)), ...distinct.filter(isDefault)];
  return { summary, dataDir: web.config.dataDir };
}
