import { platformVariable } from "@milo/placement";
import { LIMITS, PRIORITY_ORDER, type Timings } from "../timings.ts";

/** How milo is configured in the demo: its documented variables, on the demo's timings. */
export function miloEnvironment(timings: Timings, databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
    DATABASE_URL: databaseUrl,
    PLATFORM_PRIORITY: PRIORITY_ORDER.join(","),
    ...Object.fromEntries(
      PRIORITY_ORDER.flatMap((platform) => [
        [platformVariable(platform, "BOT_LIMIT"), String(LIMITS[platform])],
        [platformVariable(platform, "QUEUE_TIMEOUT_MS"), String(timings.queueTimeoutMs[platform])],
      ]),
    ),
    GLOBAL_QUEUE_TIMEOUT_MS: String(timings.globalQueueTimeoutMs),
    PLATFORM_LIST_MS: String(timings.platformListMs),
    POLL_MIN_MS: "250",
    POLL_MAX_MS: "500",
    HEALTH_CHECK_MS: "3000",
    HEALTH_FRESH_MS: "15000",
  };
}
