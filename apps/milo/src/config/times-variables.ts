import { DEPLOYMENT_PLATFORMS, PLATFORM_LABELS, platformVariable } from "@milo/placement";
import { DEFAULT_TIMES } from "./times.ts";
import { integerText, variableRegistry } from "./variable.ts";

function timeVariable(meaning: string, defaultMs: number, minMs: number, maxMs: number) {
  return integerText(minMs, maxMs)
    .default(defaultMs)
    .register(variableRegistry, { meaning, example: String(defaultMs), processes: ["web", "dispatcher"] });
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Each settable time within bounds of its own; `checkTimeOrder` holds them against each other. */
export const COMMON_TIMES_SHAPE = {
  CLAIM_LEASE_MS: timeVariable(
    "How long a claimed bot may still join after its last accepted claim or heartbeat.",
    DEFAULT_TIMES.claimLeaseMs,
    20_000,
    600_000,
  ),
  HEARTBEAT_STALE_MS: timeVariable(
    "Silence after which a bot's heartbeat counts as stale. Longer than CLAIM_LEASE_MS.",
    DEFAULT_TIMES.heartbeatStaleMs,
    30_000,
    HOUR_MS,
  ),
  DISPATCHER_LEASE_MS: timeVariable(
    "How long a dispatcher holds the launches it works on; another takes over when it runs out.",
    DEFAULT_TIMES.dispatcherLeaseMs,
    3_000,
    300_000,
  ),
  DISPATCHER_LEASE_RENEW_MS: timeVariable(
    "How often a dispatcher renews that lease. At most half of DISPATCHER_LEASE_MS.",
    DEFAULT_TIMES.dispatcherLeaseRenewMs,
    1_000,
    100_000,
  ),
  BOT_LEAVE_BY_MS: timeVariable(
    "From the wish that a bot leave until its container is stopped.",
    DEFAULT_TIMES.leaveByMs,
    20_000,
    HOUR_MS,
  ),
  BOT_UNREACHABLE_PATIENCE_MS: timeVariable(
    "How long a claimed bot of which neither platform nor bot give a sign of life is kept before it ends as lost.",
    DEFAULT_TIMES.unreachablePatienceMs,
    0,
    24 * HOUR_MS,
  ),
  BOT_MAX_DURATION_MS: timeVariable(
    "The longest a bot may run after its claim.",
    DEFAULT_TIMES.maxDurationMs,
    60_000,
    24 * HOUR_MS,
  ),
  POLL_MIN_MS: timeVariable(
    "Shortest pause between two looks for work when no notice arrives.",
    DEFAULT_TIMES.pollMinMs,
    100,
    4_000,
  ),
  POLL_MAX_MS: timeVariable(
    "Longest such pause. Not below POLL_MIN_MS.",
    DEFAULT_TIMES.pollMaxMs,
    100,
    // Below the 5 s that a bot which may not wait stays admissible: a pass always comes in that time.
    4_000,
  ),
  PLATFORM_LIST_MS: timeVariable(
    "How often each platform is asked for all our workloads.",
    DEFAULT_TIMES.platformListMs,
    1_000,
    300_000,
  ),
  HEALTH_CHECK_MS: timeVariable(
    "How often each platform's health is probed.",
    DEFAULT_TIMES.healthCheckMs,
    1_000,
    300_000,
  ),
  HEALTH_FRESH_MS: timeVariable(
    "For how long a good probe counts. At least twice HEALTH_CHECK_MS.",
    DEFAULT_TIMES.healthFreshMs,
    2_000,
    600_000,
  ),
  WEB_PRESENCE_MS: timeVariable(
    "How often a web process says that it can hear bots.",
    DEFAULT_TIMES.webPresenceMs,
    1_000,
    60_000,
  ),
  HISTORY_KEEP_DAYS: integerText(0, 36_500)
    .default(DEFAULT_TIMES.historyKeepMs / DAY_MS)
    .register(variableRegistry, {
      meaning: "For how many days bots that ended are kept, with all that is known of them; 0 = for ever.",
      example: String(DEFAULT_TIMES.historyKeepMs / DAY_MS),
      processes: ["dispatcher"],
    }),
};

type PlatformTimeVariable = ReturnType<typeof timeVariable>;

/** `<P>_LAUNCH_RESOLVE_MS` and `<P>_START_BY_MS` of every platform. */
export const PLATFORM_TIMES_SHAPE: Readonly<Record<string, PlatformTimeVariable>> = Object.fromEntries(
  DEPLOYMENT_PLATFORMS.flatMap((platform) => [
    [
      platformVariable(platform, "LAUNCH_RESOLVE_MS"),
      timeVariable(
        `How long a launch on ${PLATFORM_LABELS[platform]} whose outcome is unknown is looked up before moving on.`,
        DEFAULT_TIMES.launchResolveMs[platform],
        1_000,
        300_000,
      ),
    ],
    [
      platformVariable(platform, "START_BY_MS"),
      timeVariable(
        `From a launch on ${PLATFORM_LABELS[platform]} until its bot must have called home.`,
        DEFAULT_TIMES.startByMs[platform],
        5_000,
        // ECS honours a client token for an hour after which a re-sent launch could be a second one.
        HOUR_MS,
      ),
    ],
  ]),
);
