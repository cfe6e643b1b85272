import { formatDuration } from "@milo/placement";
import type { DefiniteFailure, PostMortem, Workload } from "../platform-service.ts";
import type { CoolifyApplication, CoolifyDeployment } from "./coolify-records.ts";
import { launchKeyOf } from "./ownership.ts";
import type { StopNote } from "./stop-memory.ts";

type StartFailure = NonNullable<Workload["startFailure"]>;

const ACTIVE_DEPLOYMENT = new Set(["queued", "in_progress"]);
const DEAD_DEPLOYMENT = new Set(["failed", "cancelled-by-user"]);
/** Why a deployment's log says it failed. First match decides; most that fail for good can't find their image. */
const LOG_CLASSES: readonly { text: RegExp; class: DefiniteFailure["class"] }[] = [
  { text: /toomanyrequests|too many requests|rate limit/i, class: "throttled" },
  { text: /no space left|server is not (functional|reachable)/i, class: "unavailable" },
  { text: /manifest unknown|manifest for .* not found|pull access denied|repository does not exist/i, class: "config" },
  { text: /unauthorized|authentication required|invalid reference|not found|denied/i, class: "config" },
];
const MAX_REASON_LENGTH = 300;

/** One look at an application, and what is needed to judge it. */
export type Observation = {
  application: CoolifyApplication;
  /** Newest first. */
  deployments: readonly CoolifyDeployment[];
  stop: StopNote | null;
  nowMs: number;
};

export type StateSettings = { installationId: string; statusSettleMs: number; deploymentStuckMs: number };

/**
 * An application in the port's words. Its status alone can't tell "not started" from "finished": both read
 * `exited:unhealthy`, one or two minutes late. So its deployments tell inert from started, and `exited` is an end
 * only after a stop of ours (docker restarts what exits by itself).
 */
export function workloadOf(seen: Observation, settings: StateSettings): Workload {
  const startFailure = startFailureOf(seen, settings);
  const isEnded = hasEnded(seen, settings.statusSettleMs);
  return {
    identifier: seen.application.uuid,
    launchKey: launchKeyOf(seen.application, settings.installationId),
    state: isEnded ? "ended" : stateOf(seen),
    ...(startFailure ? { startFailure } : {}),
    ...(isEnded ? {} : restartOf(seen)),
    ...(isEnded ? { end: { exitCode: null, reason: "Coolify stopped it for milo", infrastructure: false } } : {}),
  };
}

/**
 * Docker starts what exits again (`unless-stopped`), and the bot's claim is bound to the process that ended: what runs
 * there now is refused and sleeps. Past `max_restart_count` Coolify takes the container away, and shows no count then.
 */
function restartOf({ application, deployments }: Observation): Pick<Workload, "restarted"> {
  const { restart_count: restarts, status, server_status: isServerFine } = application;
  if (restarts) {
    const times = `${restarts} times by now; ${status ?? "no status"}`;
    return { restarted: { reason: `docker started its container again after it ended (${times})` } };
  }
  const wasDeployed = deployments[0]?.status === "finished";
  if (isUp(application) || !wasDeployed || isServerFine !== true) return {};
  return { restarted: { reason: `Coolify shows no container of it any more (${status ?? "no status"})` } };
}

/** What Coolify tells of an application; its log is apart. Exit codes are nowhere in its API. */
export function postMortemOf(application: CoolifyApplication): PostMortem {
  return {
    ...(application.status ? { status: application.status } : {}),
    ...(application.restart_count ? { restarts: application.restart_count } : {}),
    ...(isUp(application) || !application.last_online_at ? {} : { finishedAt: application.last_online_at }),
  };
}

/** Whether no container was ever ordered for it. */
export function isInert(seen: Pick<Observation, "application" | "deployments">): boolean {
  return seen.deployments.length === 0 && statusWord(seen.application) === "exited";
}

/**
 * Positive evidence of an end: we ordered the stop, the docker server is functional, nothing is being deployed, and
 * an `exited` that is no older than the order. Newer it is when the status showed a container at the order, when
 * Coolify wrote it since, or once it is older than any status can be late.
 */
export function hasEnded(seen: Observation, statusSettleMs: number): boolean {
  const { application, stop } = seen;
  if (!stop || statusWord(application) !== "exited" || application.server_status !== true) return false;
  if (activeDeployments(seen.deployments).length > 0) return false;
  const isRewritten = (application.last_online_at ?? null) !== stop.statusChangedAt;
  return stop.wasUp || isRewritten || seen.nowMs - stop.firstOrderedAtMs >= statusSettleMs;
}

/** Whether Coolify's status shows a container. */
export function isUp(application: CoolifyApplication): boolean {
  return statusWord(application) !== "exited";
}

export function activeDeployments(deployments: readonly CoolifyDeployment[]): CoolifyDeployment[] {
  return deployments.filter((deployment) => ACTIVE_DEPLOYMENT.has(deployment.status));
}

/** The failure of a deployment that did not bring a container up; null for any other. */
export function failureOfDeployment(deployment: CoolifyDeployment): StartFailure | null {
  if (!DEAD_DEPLOYMENT.has(deployment.status)) return null;
  const log = deployment.logs ?? "";
  const known = LOG_CLASSES.find((row) => row.text.test(log));
  const sentence = known ? `: ${lineAround(log, known.text)}` : "; its log names no reason we know";
  // Without the log (it takes read:sensitive) a failure may be ssh, disk or registry: worth another try.
  return { class: known?.class ?? "transient", reason: `Coolify: deployment ${deployment.status}${sentence}` };
}

function stateOf(seen: Observation): Workload["state"] {
  if (isInert(seen)) return "inert";
  const word = statusWord(seen.application);
  if (word === "starting" || !hasRun(seen)) return "starting";
  // An `exited` without a stop of ours is late, or a bot between two starts: a container may be there.
  return "running";
}

function hasRun(seen: Observation): boolean {
  return isUp(seen.application) || seen.deployments.some((deployment) => deployment.status === "finished");
}

function startFailureOf(seen: Observation, settings: StateSettings): StartFailure | null {
  const [newest] = seen.deployments;
  const restarts = seen.application.restart_count;
  if (restarts) {
    const reason = `Coolify: its container ended by itself, and docker started it again (${restarts} times by now)`;
    return { class: "transient", reason };
  }
  if (!newest || hasRun(seen)) return null;
  const ageMs = seen.nowMs - Date.parse(newest.created_at ?? "");
  if (ACTIVE_DEPLOYMENT.has(newest.status) && ageMs > settings.deploymentStuckMs) {
    const reason = `Coolify: deployment ${newest.status} for ${formatDuration(ageMs)}`;
    return { class: "unavailable", reason };
  }
  const failure = failureOfDeployment(newest);
  // Also where the log is hidden from us: the next try would meet the same server.
  if (failure?.class !== "transient" || seen.application.server_status !== false) return failure;
  return { class: "unavailable", reason: `${failure.reason}; its docker server is not functional` };
}

/** `running:healthy`, `exited:unhealthy`, `degraded:unhealthy:excluded` → the first word. */
function statusWord(application: CoolifyApplication): string {
  return (application.status ?? "").split(":")[0] ?? "";
}

function lineAround(log: string, text: RegExp): string {
  const start = Math.max(0, log.search(text) - MAX_REASON_LENGTH / 3);
  return log.slice(start, start + MAX_REASON_LENGTH).replaceAll(/\s+/g, " ");
}
