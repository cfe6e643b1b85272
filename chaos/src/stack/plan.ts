import { type DeploymentPlatform, platformVariable } from "@milo/placement";

/** What dispatchers and web replicas are told of the platforms. */
export type ChaosPlan = {
  order: readonly DeploymentPlatform[];
  limits: Readonly<Record<DeploymentPlatform, number>>;
  queueTimeoutMs: Readonly<Record<DeploymentPlatform, number>>;
  maxDurationMs: number;
};

/** Low enough that they bind, with some sixty bots a minute on two cores. */
export const FIRST_PLAN: ChaosPlan = {
  order: ["k8s", "aws", "coolify"],
  limits: { k8s: 6, aws: 8, coolify: 5 },
  queueTimeoutMs: { k8s: 8_000, aws: 5_000, coolify: 5_000 },
  maxDurationMs: 60_000,
};

const GLOBAL_QUEUE_TIMEOUT_MS = 30_000;
/** Past it whatever a frozen dispatcher holds is taken over. */
export const DISPATCHER_LEASE_MS = 6_000;
/** Silence counts only while a web replica has stamped within three of these. */
export const WEB_PRESENCE_MS = 1_000;

/** Every time as short as its bounds allow, in the order that `checkTimeOrder` asks for, so that minutes hold much. */
export function planEnvironment(plan: ChaosPlan): Record<string, string> {
  return {
    PLATFORM_PRIORITY: plan.order.join(","),
    ...Object.fromEntries(
      plan.order.flatMap((platform) => [
        [platformVariable(platform, "BOT_LIMIT"), String(plan.limits[platform])],
        [platformVariable(platform, "QUEUE_TIMEOUT_MS"), String(plan.queueTimeoutMs[platform])],
        [platformVariable(platform, "LAUNCH_RESOLVE_MS"), "5000"],
        [platformVariable(platform, "START_BY_MS"), "25000"],
      ]),
    ),
    GLOBAL_QUEUE_TIMEOUT_MS: String(GLOBAL_QUEUE_TIMEOUT_MS),
    CLAIM_LEASE_MS: "24000",
    HEARTBEAT_STALE_MS: "36000",
    DISPATCHER_LEASE_MS: String(DISPATCHER_LEASE_MS),
    DISPATCHER_LEASE_RENEW_MS: "2000",
    BOT_LEAVE_BY_MS: "24000",
    BOT_UNREACHABLE_PATIENCE_MS: "10000",
    BOT_MAX_DURATION_MS: String(plan.maxDurationMs),
    POLL_MIN_MS: "300",
    POLL_MAX_MS: "600",
    PLATFORM_LIST_MS: "1000",
    HEALTH_CHECK_MS: "2000",
    HEALTH_FRESH_MS: "8000",
    WEB_PRESENCE_MS: String(WEB_PRESENCE_MS),
    COOLIFY_STOP_GRACE_SECONDS: "10",
  };
}
