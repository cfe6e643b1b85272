import type { Container, Task } from "@aws-sdk/client-ecs";
import type { DefiniteFailure, PostMortem, Workload } from "../platform-service.ts";
import { launchKeyOf } from "./task-tags.ts";

type StartFailure = NonNullable<Workload["startFailure"]>;
type StartFailureClass = DefiniteFailure["class"];

const NOT_YET_RUNNING = new Set(["PROVISIONING", "PENDING", "ACTIVATING"]);
/** Stop codes that mean AWS took the task away [ECS API reference, Task.stopCode]. */
const INFRASTRUCTURE_STOP_CODES = new Set(["SpotInterruption", "TerminationNotice", "InfrastructureHealth"]);
/** The same in words: the code is not always there [platform-apis §2.4]. */
const INFRASTRUCTURE_TEXT = /^your spot task|host (failure|maintenance|retirement)|task maintenance|underlying host/i;

/** A reason ECS gives for a task that never ran, and what it means for another try. First match decides. */
const START_FAILURES: readonly { text: RegExp; class: StartFailureClass }[] = [
  { text: /capacity is unavailable|insufficient ?free ?addresses|not enough free|no free ip/i, class: "capacity" },
  { text: /rate exceeded|throttl|toomanyrequests|too many requests/i, class: "throttled" },
  { text: /timeout waiting for network interface/i, class: "transient" },
  { text: /accessdenied|access denied|unauthori[sz]ed|not authorized|no basic auth|authfailure/i, class: "config" },
  { text: /manifest unknown|not found|does not exist|no such|invalid reference/i, class: "config" },
  { text: /time ?out|timed out|connection (reset|refused)|\b5\d\d\b|\bEOF\b|deadline exceeded/i, class: "transient" },
  { text: /^CannotPull|^CannotStartContainer|^CannotCreateVolume|^ResourceInitialization/i, class: "config" },
  { text: /^ContainerRuntimeTimeout|^InternalError/i, class: "transient" },
];

/**
 * A task in the port's words. Only `lastStatus` STOPPED is an end: any later or unknown status still may have a
 * container behind it, and so may a task that is on its way down.
 */
export function workloadOf(task: Task, installationId: string, containerName: string | null): Workload {
  const state = stateOf(task);
  const startFailure = startFailureOf(task);
  return {
    identifier: task.taskArn ?? "",
    launchKey: launchKeyOf(task, installationId),
    state,
    ...(startFailure ? { startFailure } : {}),
    ...(state === "ended" ? { end: endOf(task, containerName) } : {}),
    ...(isReclaimed(task, state)
      ? { reclaim: { reason: `ECS takes its task away: ${reasonOf(task, undefined)}` } }
      : {}),
  };
}

function stateOf(task: Task): Workload["state"] {
  if (task.lastStatus === "STOPPED") return "ended";
  if (task.lastStatus === "RUNNING") return "running";
  if (NOT_YET_RUNNING.has(task.lastStatus ?? "")) return "starting";
  return task.startedAt ? "running" : "starting";
}

/** Evidence that the task will not start: it goes down, or is down, without ever having run. */
function startFailureOf(task: Task): StartFailure | null {
  if (task.startedAt || task.lastStatus === "RUNNING") return null;
  if (task.desiredStatus !== "STOPPED" && task.lastStatus !== "STOPPED") return null;
  const reason = reasonOf(
    task,
    task.containers?.find((container) => container.reason),
  );
  if (isInfrastructure(task)) return { class: "transient", reason };
  const known = START_FAILURES.find((row) => row.text.test(reason) || row.text.test(task.stoppedReason ?? ""));
  if (known && task.stopCode !== "UserInitiated") return { class: known.class, reason };
  // A text nobody has met yet: worth another try, and not worth an alarm about our settings.
  return task.stopCode === "TaskFailedToStart" ? { class: "transient", reason } : null;
}

function endOf(task: Task, containerName: string | null): NonNullable<Workload["end"]> {
  const containers = task.containers ?? [];
  const bot = containers.find((container) => container.name === containerName) ?? containers[0];
  return { exitCode: bot?.exitCode ?? null, reason: reasonOf(task, bot), infrastructure: isInfrastructure(task) };
}

/** The notice of a Spot reclaim or of maintenance: the task is to stop, and its container still runs. */
function isReclaimed(task: Task, state: Workload["state"]): boolean {
  return state === "running" && task.desiredStatus === "STOPPED" && isInfrastructure(task);
}

/**
 * What ECS tells of a stopped task, for an hour. Its log is where the task definition sends it; only the name of the
 * task there is known here.
 */
export function postMortemOf(task: Task, containerName: string | null): PostMortem {
  const { exitCode, reason } = endOf(task, containerName);
  return {
    status: task.lastStatus,
    reason,
    ...(exitCode === null ? {} : { exitCode }),
    ...(exitCode !== null && exitCode > 128 && exitCode < 160 ? { signal: exitCode - 128 } : {}),
    startedAt: task.startedAt?.toISOString(),
    finishedAt: (task.executionStoppedAt ?? task.stoppedAt)?.toISOString(),
    conditions: [
      { type: task.stopCode ?? "stopped", message: task.stoppedReason, at: task.stoppingAt?.toISOString() },
      ...(task.containers ?? []).map((container) => ({
        type: `container ${container.name ?? "?"}`,
        reason: container.lastStatus,
        message: container.reason,
      })),
    ],
    missing: `ECS gives no log: with the awslogs driver it is in the stream that ends in ${idOf(task)}`,
  };
}

/** Log streams are named prefix/container/task id. */
function idOf(task: Task): string {
  return (task.taskArn ?? "").split("/").at(-1) ?? "";
}

function isInfrastructure(task: Task): boolean {
  return INFRASTRUCTURE_STOP_CODES.has(task.stopCode ?? "") || INFRASTRUCTURE_TEXT.test(task.stoppedReason ?? "");
}

/** ECS's sentence, and the container's own (`OutOfMemoryError: …`) where it says more. */
function reasonOf(task: Task, container: Container | undefined): string {
  const parts = [task.stoppedReason, container?.reason].filter((part) => part !== undefined && part !== "");
  return parts.length > 0 ? [...new Set(parts)].join("; ") : (task.stopCode ?? "no reason given");
}
