import {
  DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS,
  DEFAULT_LAUNCH_CONCURRENCY,
  DEFAULT_QUEUE_TIMEOUT_MS,
  DEPLOYMENT_PLATFORMS,
  type DeploymentPlatform,
  type PlatformPlan,
} from "@milo/placement";

/** Connections of the plain commits and of the web side, and callers. */
export const CONNECTIONS = 20;

/** The specification's plan with other limits: its waits, launch permits and order. */
export function makePlan(limits: Readonly<Record<DeploymentPlatform, number>>): PlatformPlan {
  return {
    platforms: DEPLOYMENT_PLATFORMS.map((platform) => ({
      platform,
      limit: limits[platform],
      queueTimeoutMs: DEFAULT_QUEUE_TIMEOUT_MS[platform],
      launchConcurrency: DEFAULT_LAUNCH_CONCURRENCY[platform],
    })),
    globalQueueTimeoutMs: DEFAULT_GLOBAL_QUEUE_TIMEOUT_MS,
  };
}

/** As many launches at once as slots: on a stand-in no bot ever claims, which is what gives a permit back. */
export function permitAll(platforms: PlatformPlan["platforms"]): PlatformPlan["platforms"] {
  return platforms.map((platform) => ({ ...platform, launchConcurrency: platform.limit }));
}
