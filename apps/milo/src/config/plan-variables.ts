import {
  DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS,
  DEFAULT_LAUNCH_CONCURRENCY,
  DEFAULT_QUEUE_TIMEOUT_MS,
  DEPLOYMENT_PLATFORMS,
  type DeploymentPlatform,
  MAX_QUEUE_TIMEOUT_MS,
  PLATFORM_LABELS,
  type PlatformPlan,
  platformVariable,
  readPlatformPlan,
} from "@milo/placement";
import { type ConfigReading, readRaw, readShape, startReading } from "./read-shape.ts";
import { integerText, plainText, type VariableShape, variableRegistry } from "./variable.ts";

const BOTH = ["web", "dispatcher"] as const;
const EXAMPLE_LIMITS: Readonly<Record<DeploymentPlatform, string>> = { k8s: "30", aws: "100", coolify: "50" };

/** The variables of the platform plan; their rules are `readPlatformPlan`'s, this describes them. */
export const PLAN_SHAPE: VariableShape = {
  PLATFORM_PRIORITY: plainText().register(variableRegistry, {
    meaning: "The deployment platforms to use, first choice first: `k8s`, `aws`, `coolify`.",
    example: "k8s,aws,coolify",
    processes: BOTH,
    requiredWhen: "always",
  }),
  ...Object.fromEntries(DEPLOYMENT_PLATFORMS.flatMap(platformPlanVariables)),
  GLOBAL_QUEUE_TIMEOUT_MS: integerText(0, MAX_QUEUE_TIMEOUT_MS)
    .default(DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS)
    .register(variableRegistry, {
      meaning: "How long a bot waits for any platform after all were waited for in turn.",
      example: String(DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS),
      processes: BOTH,
    }),
};

function platformPlanVariables(platform: DeploymentPlatform) {
  const label = PLATFORM_LABELS[platform];
  const limit = plainText()
    .optional()
    .register(variableRegistry, {
      meaning: `The most bots ${label} may hold at once; 0 = takes none. Without it the platform is skipped.`,
      example: EXAMPLE_LIMITS[platform],
      processes: BOTH,
      requiredWhen: `for at least one platform of PLATFORM_PRIORITY`,
    });
  const wait = integerText(0, MAX_QUEUE_TIMEOUT_MS).default(DEFAULT_QUEUE_TIMEOUT_MS[platform]);
  wait.register(variableRegistry, {
    meaning: `How long a bot waits for ${label} before the next platform is tried as well; 0 = not at all.`,
    example: String(DEFAULT_QUEUE_TIMEOUT_MS[platform]),
    processes: BOTH,
  });
  const concurrency = integerText(1, 1_000).default(DEFAULT_LAUNCH_CONCURRENCY[platform]);
  concurrency.register(variableRegistry, {
    meaning: `The most launches under way on ${label} at once, over all dispatchers.`,
    example: String(DEFAULT_LAUNCH_CONCURRENCY[platform]),
    processes: BOTH,
  });
  return [
    [platformVariable(platform, "BOT_LIMIT"), limit],
    [platformVariable(platform, "QUEUE_TIMEOUT_MS"), wait],
    [platformVariable(platform, "LAUNCH_CONCURRENCY"), concurrency],
  ];
}

const EMPTY_PLAN: PlatformPlan = { platforms: [], globalQueueTimeoutMs: DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS };

/** Reads the platform plan; an unusable one comes back empty, its problems in the reading. */
export function readPlan(reading: ConfigReading): PlatformPlan {
  const result = readPlatformPlan(reading.env);
  reading.warnings.push(...result.warnings);
  if (!result.ok) {
    reading.problems.push(...result.problems);
    return EMPTY_PLAN;
  }
  // Only for the summary: what is wrong with these variables has just been reported.
  const shown = startReading(reading.env);
  readShape(PLAN_SHAPE, shown);
  reading.effective.push(...shown.effective);
  return result.plan;
}

/** The platforms listed with a limit, readable even where the rest of the plan is wrong. */
export function listPlannedPlatforms(reading: ConfigReading): DeploymentPlatform[] {
  const listed = (readRaw(reading.env, "PLATFORM_PRIORITY") ?? "").split(",").map((name) => name.trim().toLowerCase());
  return DEPLOYMENT_PLATFORMS.filter(
    (platform) =>
      listed.includes(platform) && readRaw(reading.env, platformVariable(platform, "BOT_LIMIT")) !== undefined,
  );
}
