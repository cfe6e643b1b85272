import { existsSync } from "node:fs";
import type { DeploymentPlatform } from "@milo/placement";
import { listSecrets } from "./config/list-secrets.ts";
import { ConfigError, type ConfigProblem, type ConfigResult, type RawEnvironment } from "./config/problem.ts";
import {
  type DispatcherConfig,
  type PlatformConfigs,
  readDispatcherConfig,
  readPlatformConfigs,
  readWebConfig,
  type WebConfig,
} from "./config/read-config.ts";

/** A configuration that can be used, and what is noteworthy about it. */
export type Loaded<Config> = { config: Config; warnings: readonly ConfigProblem[] };

/**
 * The web process's configuration. This file alone reads process.env.
 * @throws {ConfigError} that names every problem
 */
export function loadWebConfig(): Loaded<WebConfig> {
  return unwrap(readWebConfig(process.env));
}

/**
 * The dispatcher's configuration.
 * @throws {ConfigError} that names every problem
 */
export function loadDispatcherConfig(): Loaded<DispatcherConfig> {
  return unwrap(readDispatcherConfig(process.env));
}

/**
 * What platforms need that left the plan while deployments of theirs remain.
 * @throws {ConfigError} that names every problem
 */
export function loadPlatformConfigs(platforms: readonly DeploymentPlatform[]): Loaded<PlatformConfigs> {
  return unwrap(readPlatformConfigs(process.env, platforms));
}

/**
 * The environment as it is, for the command line: with the variables of `envFile` below it, for libraries to see as
 * well, or of `.env` here when that exists. @throws for a file that cannot be read
 */
export function loadEnvironment(envFile: string | null): RawEnvironment {
  if (envFile !== null || existsSync(".env")) process.loadEnvFile(envFile ?? ".env");
  return process.env;
}

/** Every secret of the environment, by value. */
export function loadSecrets(): string[] {
  return listSecrets(process.env);
}

/** Whether this is the development server, which also shows what only developers need. */
export function isDevelopment(): boolean {
  return process.env.NODE_ENV === "development";
}

function unwrap<Config>(result: ConfigResult<Config>): Loaded<Config> {
  if (!result.ok) throw new ConfigError(result.problems);
  return { config: result.config, warnings: result.warnings };
}
