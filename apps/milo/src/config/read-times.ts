import { HEARTBEAT_INTERVAL_MS, HEARTBEAT_JITTER } from "@milo/bot-contract";
import { DEPLOYMENT_PLATFORMS, type DeploymentPlatform, platformVariable } from "@milo/placement";
import type { ConfigProblem } from "./problem.ts";
import { type ConfigReading, readShape } from "./read-shape.ts";
import { DEFAULT_TIMES, type Times } from "./times.ts";
import { COMMON_TIMES_SHAPE, PLATFORM_TIMES_SHAPE } from "./times-variables.ts";

/**
 * Reads every settable time, each within its own bounds, and checks that they keep their order. Problems go to
 * the reading; a time that could not be read counts as its default, so that the order of the rest is checked too.
 */
export function readTimes(reading: ConfigReading): Times {
  const set = readShape(COMMON_TIMES_SHAPE, reading);
  const perPlatform = readShape(PLATFORM_TIMES_SHAPE, reading);
  const each = (suffix: string, fallback: Times["startByMs"]): Times["startByMs"] => {
    const of = (platform: DeploymentPlatform) => perPlatform[platformVariable(platform, suffix)] ?? fallback[platform];
    return { k8s: of("k8s"), aws: of("aws"), coolify: of("coolify") };
  };
  const times: Times = {
    claimLeaseMs: set.CLAIM_LEASE_MS ?? DEFAULT_TIMES.claimLeaseMs,
    heartbeatStaleMs: set.HEARTBEAT_STALE_MS ?? DEFAULT_TIMES.heartbeatStaleMs,
    dispatcherLeaseMs: set.DISPATCHER_LEASE_MS ?? DEFAULT_TIMES.dispatcherLeaseMs,
    dispatcherLeaseRenewMs: set.DISPATCHER_LEASE_RENEW_MS ?? DEFAULT_TIMES.dispatcherLeaseRenewMs,
    launchResolveMs: each("LAUNCH_RESOLVE_MS", DEFAULT_TIMES.launchResolveMs),
    startByMs: each("START_BY_MS", DEFAULT_TIMES.startByMs),
    leaveByMs: set.BOT_LEAVE_BY_MS ?? DEFAULT_TIMES.leaveByMs,
    unreachablePatienceMs: set.BOT_UNREACHABLE_PATIENCE_MS ?? DEFAULT_TIMES.unreachablePatienceMs,
    maxDurationMs: set.BOT_MAX_DURATION_MS ?? DEFAULT_TIMES.maxDurationMs,
    pollMinMs: set.POLL_MIN_MS ?? DEFAULT_TIMES.pollMinMs,
    pollMaxMs: set.POLL_MAX_MS ?? DEFAULT_TIMES.pollMaxMs,
    platformListMs: set.PLATFORM_LIST_MS ?? DEFAULT_TIMES.platformListMs,
    healthCheckMs: set.HEALTH_CHECK_MS ?? DEFAULT_TIMES.healthCheckMs,
    healthFreshMs: set.HEALTH_FRESH_MS ?? DEFAULT_TIMES.healthFreshMs,
    webPresenceMs: set.WEB_PRESENCE_MS ?? DEFAULT_TIMES.webPresenceMs,
    historyKeepMs: set.HISTORY_KEEP_DAYS === undefined ? DEFAULT_TIMES.historyKeepMs : set.HISTORY_KEEP_DAYS * DAY_MS,
  };
  reading.problems.push(...checkTimeOrder(times));
  return times;
}

const DAY_MS = 86_400_000;

/** The longest gap between two heartbeats of a bot that is well. */
const SLOWEST_HEARTBEAT_MS = HEARTBEAT_INTERVAL_MS * (1 + HEARTBEAT_JITTER);

/** Says, one sentence each, where times contradict one another. None for `DEFAULT_TIMES`. */
export function checkTimeOrder(times: Times): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const require = (holds: boolean, variable: string, problem: string, exampleMs: number) => {
    if (!holds) problems.push({ variable, problem, example: `${variable}=${Math.ceil(exampleMs)}` });
  };
  const atLeast = (variable: string, ms: number, leastMs: number, reason: string) =>
    require(ms >= leastMs, variable, `is ${ms}, but must be at least ${leastMs}: ${reason}`, leastMs);
  const atMost = (variable: string, ms: number, mostMs: number, reason: string) =>
    require(ms <= mostMs, variable, `is ${ms}, but must be at most ${mostMs}: ${reason}`, mostMs);

  atLeast("CLAIM_LEASE_MS", times.claimLeaseMs, 2 * SLOWEST_HEARTBEAT_MS, "a bot may miss one heartbeat (12 s)");
  atLeast(
    "HEARTBEAT_STALE_MS",
    times.heartbeatStaleMs,
    times.claimLeaseMs + SLOWEST_HEARTBEAT_MS,
    "CLAIM_LEASE_MS and a heartbeat (12 s), so that no bot called silent still holds a lease",
  );
  atMost(
    "DISPATCHER_LEASE_RENEW_MS",
    times.dispatcherLeaseRenewMs,
    times.dispatcherLeaseMs / 2,
    "half of DISPATCHER_LEASE_MS, so that one renewal may fail",
  );
  for (const platform of DEPLOYMENT_PLATFORMS) {
    const startBy = platformVariable(platform, "START_BY_MS");
    atMost(
      platformVariable(platform, "LAUNCH_RESOLVE_MS"),
      times.launchResolveMs[platform],
      times.startByMs[platform],
      `${startBy}, by which the launch is given up anyway`,
    );
    atLeast(
      startBy,
      times.startByMs[platform],
      times.dispatcherLeaseMs,
      "DISPATCHER_LEASE_MS, or no takeover is in time",
    );
  }
  atLeast("BOT_LEAVE_BY_MS", times.leaveByMs, 2 * SLOWEST_HEARTBEAT_MS, "two heartbeats (12 s), which carry the wish");
  atLeast("BOT_MAX_DURATION_MS", times.maxDurationMs, times.leaveByMs, "BOT_LEAVE_BY_MS, in which a bot says goodbye");
  atLeast("POLL_MAX_MS", times.pollMaxMs, times.pollMinMs, "POLL_MIN_MS");
  atMost(
    "PLATFORM_LIST_MS",
    times.platformListMs,
    times.heartbeatStaleMs / 2,
    "half of HEARTBEAT_STALE_MS, since two listings must agree with a stale heartbeat",
  );
  atLeast(
    "HEALTH_FRESH_MS",
    times.healthFreshMs,
    2 * times.healthCheckMs,
    "two HEALTH_CHECK_MS, so that one may be lost",
  );
  atMost(
    "WEB_PRESENCE_MS",
    times.webPresenceMs,
    times.heartbeatStaleMs / 4,
    "a quarter of HEARTBEAT_STALE_MS, so that our own outage is known before a bot is called silent",
  );
  return problems;
}
