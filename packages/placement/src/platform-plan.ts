import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, isDeploymentPlatform } from "./platforms.ts";

/** The longest wait that may be configured: one day, in milliseconds. */
export const MAX_QUEUE_TIMEOUT_MS = 86_400_000;

/** The highest limit that may be configured: beyond any platform's, it can only be a slip of the pen. */
export const MAX_BOT_LIMIT = 1_000_000;

/** The specification's default waits, in milliseconds. */
export const DEFAULT_QUEUE_TIMEOUT_MS: Readonly<Record<DeploymentPlatform, number>> = {
  k8s: 60_000,
  aws: 30_000,
  coolify: 300_000,
};
export const DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS = 600_000;

/**
 * Launches in flight per platform over all replicas. Kubernetes and ECS: RunTask allows 20 calls/s (quota page),
 * an API server takes as much easily; Coolify runs 2 deployments at a time per server (`concurrent_builds`).
 */
export const DEFAULT_LAUNCH_CONCURRENCY: Readonly<Record<DeploymentPlatform, number>> = {
  k8s: 20,
  aws: 20,
  coolify: 2,
};

export type PlannedPlatform = {
  platform: DeploymentPlatform;
  /** Most bots the platform may hold at once; 0 = listed, takes nothing. */
  limit: number;
  queueTimeoutMs: number;
  launchConcurrency: number;
};

/** Platforms in priority order, and the last wait when all are exhausted. */
export type PlatformPlan = {
  platforms: readonly PlannedPlatform[];
  globalQueueTimeoutMs: number;
};

/** One thing wrong with (or noteworthy in) the configuration: which variable, what, and what would be right. */
export type PlanProblem = { variable: string; problem: string; example: string };

/** The raw values of the environment; undefined = not set. */
export type PlanInput = Readonly<Record<string, string | undefined>>;

export type PlanResult =
  | { ok: true; plan: PlatformPlan; warnings: readonly PlanProblem[] }
  | { ok: false; problems: readonly PlanProblem[]; warnings: readonly PlanProblem[] };

/** `K8S_BOT_LIMIT` and its like, in one place. */
export function platformVariable(platform: DeploymentPlatform, suffix: string): string {
  return `${platform.toUpperCase()}_${suffix}`;
}

const PRIORITY_EXAMPLE = "PLATFORM_PRIORITY=k8s,aws,coolify";
const EXAMPLE_LIMIT = 30;

/**
 * Reads the platform plan out of raw variables. Reports every problem at once; warnings never stop a start.
 * Rules: PLATFORM_PRIORITY is required and non-empty, trimmed lower-case names, no `local`, no unknown or
 * repeated names; a platform without a limit is skipped with a warning; none left is an error.
 */
export function readPlatformPlan(input: PlanInput): PlanResult {
  const problems: PlanProblem[] = [];
  const warnings: PlanProblem[] = [];
  if (isSet(input.DEPLOYMENT_PLATFORM)) {
    problems.push({
      variable: "DEPLOYMENT_PLATFORM",
      problem: "was replaced by PLATFORM_PRIORITY; remove it",
      example: PRIORITY_EXAMPLE,
    });
  }
  const listed = readPriority(input.PLATFORM_PRIORITY, problems);
  const platforms = listed.flatMap((platform) => readPlatform(platform, input, problems, warnings));
  for (const platform of DEPLOYMENT_PLATFORMS) {
    const variable = platformVariable(platform, "BOT_LIMIT");
    if (isSet(input[variable]) && !listed.includes(platform)) {
      warnings.push({
        variable,
        problem: `is set, but ${platform} is not in PLATFORM_PRIORITY: the limit has no effect`,
        example: `PLATFORM_PRIORITY=${[...listed, platform].join(",")}`,
      });
    }
  }
  const globalQueueTimeoutMs = readInteger(
    input,
    "GLOBAL_QUEUE_TIMEOUT_MS",
    DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS,
    { min: 0, max: MAX_QUEUE_TIMEOUT_MS },
    problems,
  );
  const [first] = listed;
  if (first !== undefined && platforms.length === 0) {
    problems.push({
      variable: platformVariable(first, "BOT_LIMIT"),
      problem: "is not set, and no other platform in PLATFORM_PRIORITY has a limit: nothing could ever run",
      example: `${platformVariable(first, "BOT_LIMIT")}=${EXAMPLE_LIMIT}`,
    });
  }
  if (problems.length > 0) return { ok: false, problems, warnings };
  return { ok: true, plan: { platforms, globalQueueTimeoutMs }, warnings };
}

function readPriority(value: string | undefined, problems: PlanProblem[]): DeploymentPlatform[] {
  const variable = "PLATFORM_PRIORITY";
  const fail = (problem: string) => {
    if (problems.some((p) => p.problem === problem)) return;
    problems.push({ variable, problem, example: PRIORITY_EXAMPLE });
  };
  if (!isSet(value)) {
    fail("is required: the deployment platforms to use, first choice first");
    return [];
  }
  const listed: DeploymentPlatform[] = [];
  for (const name of value.split(",").map((part) => part.trim().toLowerCase())) {
    if (name === "") fail("has an empty name; remove the extra comma");
    else if (name === "local") fail("contains local, which production does not allow; remove it");
    else if (!isDeploymentPlatform(name)) {
      fail(`contains "${name}", which is not a platform; known: ${DEPLOYMENT_PLATFORMS.join(", ")}`);
    } else if (listed.includes(name)) fail(`names ${name} twice; name each platform once`);
    else listed.push(name);
  }
  return listed;
}

function readPlatform(
  platform: DeploymentPlatform,
  input: PlanInput,
  problems: PlanProblem[],
  warnings: PlanProblem[],
): PlannedPlatform[] {
  const limitVariable = platformVariable(platform, "BOT_LIMIT");
  const queueTimeoutMs = readInteger(
    input,
    platformVariable(platform, "QUEUE_TIMEOUT_MS"),
    DEFAULT_QUEUE_TIMEOUT_MS[platform],
    { min: 0, max: MAX_QUEUE_TIMEOUT_MS },
    problems,
  );
  const launchConcurrency = readInteger(
    input,
    platformVariable(platform, "LAUNCH_CONCURRENCY"),
    DEFAULT_LAUNCH_CONCURRENCY[platform],
    { min: 1, max: 1_000 },
    problems,
  );
  if (!isSet(input[limitVariable])) {
    warnings.push({
      variable: limitVariable,
      problem: `is not set: ${platform} is skipped. Set it, or remove ${platform} from PLATFORM_PRIORITY`,
      example: `${limitVariable}=${EXAMPLE_LIMIT}`,
    });
    return [];
  }
  const limit = readInteger(input, limitVariable, EXAMPLE_LIMIT, { min: 0, max: MAX_BOT_LIMIT }, problems);
  return [{ platform, limit, queueTimeoutMs, launchConcurrency }];
}

function readInteger(
  input: PlanInput,
  variable: string,
  fallback: number,
  range: { min: number; max: number },
  problems: PlanProblem[],
): number {
  const raw = input[variable];
  if (!isSet(raw)) return fallback;
  const text = raw.trim();
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < range.min || value > range.max) {
    problems.push({
      variable,
      problem: `must be a whole number from ${range.min} to ${range.max}, but is "${text}"`,
      example: `${variable}=${fallback}`,
    });
    return fallback;
  }
  return value;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value.trim() !== "";
}
