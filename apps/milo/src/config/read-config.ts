import type { DeploymentPlatform, PlatformPlan, ReplacePolicy } from "@milo/placement";
import { type AwsConfig, readAws } from "./aws-variables.ts";
import { type CoolifyConfig, readCoolify } from "./coolify-variables.ts";
import { type KubernetesConfig, readKubernetes } from "./kubernetes-variables.ts";
import { listPlannedPlatforms, readPlan } from "./plan-variables.ts";
import type { ConfigResult, RawEnvironment } from "./problem.ts";
import { COMMON_SHAPE, DISPATCHER_SHAPE, isLoopbackHost, type LOG_LEVELS, WEB_SHAPE } from "./process-variables.ts";
import {
  type ConfigReading,
  type EffectiveVariable,
  isComplete,
  readRaw,
  readShape,
  startReading,
} from "./read-shape.ts";
import { readTimes } from "./read-times.ts";
import type { Times } from "./times.ts";
import { readTracing, type TracingConfig } from "./tracing-variables.ts";

type CommonConfig = {
  databaseUrl: string;
  dataDir: string;
  logLevel: (typeof LOG_LEVELS)[number];
  plan: PlatformPlan;
  times: Times;
  /** Which bots are replaced when their container is lost. */
  replacePolicy: ReplacePolicy;
  /** Null when traces are off. */
  tracing: TracingConfig | null;
  /** Every variable as it takes effect, for `describeConfig`; secrets are already hidden. */
  effective: readonly EffectiveVariable[];
};

export type WebConfig = CommonConfig & {
  host: string;
  port: number;
  /** Always set when `host` is not a loopback address. */
  accessToken: string | undefined;
};

/** What the adapters are built from, for each platform of the plan; the composition root adds the rest. */
export type PlatformConfigs = { k8s?: KubernetesConfig; aws?: AwsConfig; coolify?: CoolifyConfig };

export type DispatcherConfig = CommonConfig & {
  /** What bots are given, without a trailing slash. */
  publicUrl: string;
  host: string;
  port: number;
  platforms: PlatformConfigs;
};

/** Reads the web process's configuration: database, console and plan; no platform's credentials. */
export function readWebConfig(env: RawEnvironment): ConfigResult<WebConfig> {
  const reading = startReading(env);
  const common = readCommon(reading);
  const values = readShape(WEB_SHAPE, reading);
  if (values.HOST !== undefined && !isLoopbackHost(values.HOST) && readRaw(env, "MILO_ACCESS_TOKEN") === undefined) {
    reading.problems.push({
      variable: "MILO_ACCESS_TOKEN",
      problem: `is required because HOST is ${values.HOST}: without it anyone who reaches milo could run it`,
      example: "MILO_ACCESS_TOKEN=6f1c0a57e2b94d38a1d5",
    });
  }
  if (!common || !isComplete(WEB_SHAPE, values)) return refuse(reading);
  const { HOST: host, PORT: port, MILO_ACCESS_TOKEN: accessToken } = values;
  return accept(reading, { ...common, host, port, accessToken });
}

/** Reads the dispatcher's configuration: database, plan, and what each platform of the plan needs. */
export function readDispatcherConfig(env: RawEnvironment): ConfigResult<DispatcherConfig> {
  const reading = startReading(env);
  const common = readCommon(reading);
  const values = readShape(DISPATCHER_SHAPE, reading);
  warnOfLoopback(values.MILO_PUBLIC_URL, reading);
  const platforms = readPlatforms(listPlannedPlatforms(reading), reading);
  if (!common || !isComplete(DISPATCHER_SHAPE, values)) return refuse(reading);
  const { MILO_PUBLIC_URL: publicUrl, DISPATCHER_HOST: host, DISPATCHER_PORT: port } = values;
  return accept(reading, { ...common, publicUrl, host, port, platforms });
}

function readCommon(reading: ConfigReading): Omit<CommonConfig, "effective"> | undefined {
  const plan = readPlan(reading);
  const values = readShape(COMMON_SHAPE, reading);
  const tracing = readTracing(reading);
  const times = readTimes(reading);
  if (!isComplete(COMMON_SHAPE, values)) return undefined;
  const { DATABASE_URL: databaseUrl, MILO_DATA_DIR: dataDir, LOG_LEVEL: logLevel } = values;
  return { databaseUrl, dataDir, logLevel, plan, times, replacePolicy: values.REPLACE_LOST_BOTS, tracing };
}

/**
 * Reads what the named platforms need, in or out of the plan: one that left it keeps its adapter until its last
 * deployment has ended.
 */
export function readPlatformConfigs(
  env: RawEnvironment,
  platforms: readonly DeploymentPlatform[],
): ConfigResult<PlatformConfigs> {
  const reading = startReading(env);
  return accept(reading, readPlatforms(platforms, reading));
}

function readPlatforms(platforms: readonly DeploymentPlatform[], reading: ConfigReading): PlatformConfigs {
  return {
    ...(platforms.includes("k8s") ? { k8s: readKubernetes(reading) } : {}),
    ...(platforms.includes("aws") ? { aws: readAws(reading) } : {}),
    ...(platforms.includes("coolify") ? { coolify: readCoolify(reading) } : {}),
  };
}

function warnOfLoopback(publicUrl: string | undefined, reading: ConfigReading): void {
  if (publicUrl === undefined || !isLoopbackHost(new URL(publicUrl).hostname)) return;
  reading.warnings.push({
    variable: "MILO_PUBLIC_URL",
    problem: `is ${publicUrl}, which only bots on this machine can reach`,
    example: "MILO_PUBLIC_URL=https://milo.example.com",
  });
}

function accept<Config extends object>(
  reading: ConfigReading,
  config: Config,
): ConfigResult<Config & { effective: readonly EffectiveVariable[] }> {
  if (reading.problems.length > 0) return refuse(reading);
  return { ok: true, config: { ...config, effective: reading.effective }, warnings: reading.warnings };
}

function refuse(reading: ConfigReading): ConfigResult<never> {
  return { ok: false, problems: reading.problems, warnings: reading.warnings };
}
