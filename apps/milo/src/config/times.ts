import type { DeploymentPlatform } from "@milo/placement";

/**
 * Every time that an installation may set, in milliseconds. The heartbeat (10 s ± 20 %) is part of the bot
 * contract instead. Tests and the demo may construct a faster one; `checkTimeOrder` says whether it holds.
 */
export type Times = {
  claimLeaseMs: number;
  heartbeatStaleMs: number;
  dispatcherLeaseMs: number;
  dispatcherLeaseRenewMs: number;
  launchResolveMs: Readonly<Record<DeploymentPlatform, number>>;
  startByMs: Readonly<Record<DeploymentPlatform, number>>;
  leaveByMs: number;
  unreachablePatienceMs: number;
  maxDurationMs: number;
  pollMinMs: number;
  pollMaxMs: number;
  platformListMs: number;
  healthCheckMs: number;
  healthFreshMs: number;
  webPresenceMs: number;
  /** 0 = for ever. */
  historyKeepMs: number;
};

/**
 * What an accepted claim or heartbeat grants a bot that has not joined yet. Six heartbeats: five may be lost
 * before the bot has to hold back. Shorter than HEARTBEAT_STALE_MS, so that a bot knows its lease is over before
 * milo calls it silent.
 */
export const CLAIM_LEASE_MS = 60_000;

/**
 * Silence after which a heartbeat counts as stale. Twice the claim lease: whoever is replaced after this
 * cannot hold a lease any more, even if the last reply was slow.
 */
export const HEARTBEAT_STALE_MS = 120_000;

/**
 * How long a dispatcher holds what it launches. Long enough for two missed renewals; the longest a bot waits for a
 * takeover when its dispatcher dies, hence far below every start_by.
 */
export const DISPATCHER_LEASE_MS = 30_000;

/** A third of the lease: one renewal may fail and the next still comes in time. */
export const DISPATCHER_LEASE_RENEW_MS = 10_000;

/**
 * How long a launch of unknown outcome is looked up before the bot moves on. A platform that lists what was
 * created lists it within seconds; longer only makes a bot wait for a platform that does not answer.
 */
export const LAUNCH_RESOLVE_MS = 20_000;

/**
 * From the launch to the bot's claim, unknown outcomes included: time to pull an image and boot on a fresh node.
 * Coolify pulls one image at a time per server, so a burst waits in line there. Always longer than launch resolve,
 * and below the hour for which ECS is known to honour a client token.
 */
export const START_BY_MS: Times["startByMs"] = { k8s: 180_000, aws: 180_000, coolify: 600_000 };

/**
 * From the wish to leave until the platform is told to stop the container. The wish travels in a heartbeat's
 * reply, so several of those, and then time to say goodbye and save what was recorded.
 */
export const LEAVE_BY_MS = 120_000;

/**
 * How long a claimed bot may be unreachable before its absence is believed and it is final. In this time a rebooted node
 * comes back, or an operator says what is so; afterwards nobody waits for an answer that does not come.
 */
export const UNREACHABLE_PATIENCE_MS = 300_000;

/** The longest a bot may hold a slot after its claim: longer than all but the rarest meetings. */
export const MAX_DURATION_MS = 14_400_000;

/**
 * A dispatcher looks for work this often even when no notice arrives: spread between the two, so that replicas do
 * not poll in step. Short against every default wait (30 s and more).
 */
export const POLL_MIN_MS = 1_000;
export const POLL_MAX_MS = 2_000;

/**
 * How often each platform is asked for all our workloads. Two clean listings in a row are needed to call one
 * absent, which together are far shorter than HEARTBEAT_STALE_MS; 12 calls a minute stay below every rate limit
 * (Coolify's default is 200 a minute).
 */
export const PLATFORM_LIST_MS = 5_000;

/** How often a platform's health is probed: fast enough to notice an outage within one stage of the queue. */
export const HEALTH_CHECK_MS = 15_000;

/** For how long a good probe counts as fresh: four probes, so three lost ones do not make a platform unhealthy. */
export const HEALTH_FRESH_MS = 60_000;

/**
 * How often a web replica says that it can hear bots. While none does, silence of a bot proves nothing; much
 * shorter than HEARTBEAT_STALE_MS, so that our own outage is known before any bot is called silent.
 */
export const WEB_PRESENCE_MS = 5_000;

/**
 * For how long bots that ended are kept: 90 days, a quarter to look back on. What is read per page does not grow with it,
 * the disk does: about a gigabyte for every million bots.
 */
export const HISTORY_KEEP_MS = 90 * 86_400_000;

export const DEFAULT_TIMES: Times = {
  claimLeaseMs: CLAIM_LEASE_MS,
  heartbeatStaleMs: HEARTBEAT_STALE_MS,
  dispatcherLeaseMs: DISPATCHER_LEASE_MS,
  dispatcherLeaseRenewMs: DISPATCHER_LEASE_RENEW_MS,
  launchResolveMs: { k8s: LAUNCH_RESOLVE_MS, aws: LAUNCH_RESOLVE_MS, coolify: LAUNCH_RESOLVE_MS },
  startByMs: START_BY_MS,
  leaveByMs: LEAVE_BY_MS,
  unreachablePatienceMs: UNREACHABLE_PATIENCE_MS,
  maxDurationMs: MAX_DURATION_MS,
  pollMinMs: POLL_MIN_MS,
  pollMaxMs: POLL_MAX_MS,
  platformListMs: PLATFORM_LIST_MS,
  healthCheckMs: HEALTH_CHECK_MS,
  healthFreshMs: HEALTH_FRESH_MS,
  webPresenceMs: WEB_PRESENCE_MS,
  historyKeepMs: HISTORY_KEEP_MS,
};
