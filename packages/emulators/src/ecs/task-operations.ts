import { clientError, invalidParameter } from "./errors.ts";
import { type Input, readNumber, readString, readStrings } from "./input.ts";
import type { Cluster, Task } from "./model.ts";
import type { EcsSettings } from "./settings.ts";
import type { EcsStore } from "./store.ts";
import type { TaskRunner } from "./task-runner.ts";
import { viewTask } from "./task-view.ts";

const MAX_DESCRIBED = 100;
const MAX_PAGE = 100;

export type TaskContext = { store: EcsStore; settings: EcsSettings; runner: TaskRunner; nowMs: number };

/** A new task is not seen for a while; a stopped one is seen until its retention ends. */
function isVisible(task: Task, context: TaskContext): boolean {
  const { settings, nowMs } = context;
  if (nowMs - task.createdAtMs < settings.visibilityDelayMs) return false;
  return !isExpired(task, context);
}

function isExpired(task: Task, { settings, nowMs }: TaskContext): boolean {
  return task.stoppedAtMs !== undefined && nowMs - task.stoppedAtMs >= settings.stoppedRetentionMs;
}

/** DescribeTasks: what is not found comes back in `failures`, with HTTP 200. */
export function describeTasks(context: TaskContext, input: Input): Input {
  const cluster = context.store.requireCluster(readString(input, "cluster"));
  const references = readStrings(input, "tasks");
  if (references.length === 0) throw invalidParameter("Tasks cannot be empty.");
  if (references.length > MAX_DESCRIBED) throw invalidParameter("Tasks cannot be more than 100.");
  const withTags = readStrings(input, "include").includes("TAGS");
  const tasks: Input[] = [];
  const failures: Input[] = [];
  for (const reference of new Set(references)) {
    const task = context.store.findTask(cluster, reference);
    if (task !== undefined && isVisible(task, context)) tasks.push(viewTask(task, withTags));
    else failures.push({ arn: toTaskArn(context.store, cluster, reference), reason: "MISSING" });
  }
  return { tasks, failures };
}

function toTaskArn(store: EcsStore, cluster: Cluster, reference: string): string {
  return reference.startsWith("arn:") ? reference : store.arn(`task/${cluster.name}/${reference}`);
}

/** ListTasks: ARNs only, by default only of tasks meant to run; `startedBy` tolerates no other filter. */
export function listTasks(context: TaskContext, input: Input): Input {
  const cluster = context.store.requireCluster(readString(input, "cluster"));
  const found = selectTasks(context, cluster, input);
  const pageSize = readNumber(input, "maxResults") ?? MAX_PAGE;
  if (pageSize < 1 || pageSize > MAX_PAGE) throw invalidParameter("maxResults must be between 1 and 100.");
  const start = readToken(readString(input, "nextToken"));
  const page = found.slice(start, start + pageSize);
  const next = start + pageSize < found.length ? { nextToken: makeToken(start + pageSize) } : {};
  return { taskArns: page.map(({ arn }) => arn), ...next };
}

function selectTasks(context: TaskContext, cluster: Cluster, input: Input): Task[] {
  const family = readString(input, "family");
  const startedBy = readString(input, "startedBy");
  const desiredStatus = readString(input, "desiredStatus");
  const launchType = readString(input, "launchType");
  const unmodelled = readString(input, "containerInstance") ?? readString(input, "serviceName");
  if (startedBy !== undefined && [family, desiredStatus, launchType, unmodelled].some((one) => one !== undefined)) {
    throw invalidParameter("startedBy must be the only filter.");
  }
  if (unmodelled !== undefined) throw clientError("This emulator has no services and no container instances.");
  const wanted = desiredStatus ?? "RUNNING";
  if (wanted === "PENDING") return [];
  if (wanted !== "RUNNING" && wanted !== "STOPPED") throw invalidParameter(`Invalid desiredStatus ${wanted}.`);
  return context.store
    .tasksOf(cluster)
    .filter((task) => isVisible(task, context) && task.desiredStatus === wanted)
    .filter((task) => family === undefined || task.definition.family === family)
    .filter((task) => startedBy === undefined || task.startedBy === startedBy)
    .filter(() => launchType === undefined || launchType === "FARGATE");
}

function makeToken(position: number): string {
  return Buffer.from(`page:${position}`).toString("base64url");
}

function readToken(token: string | undefined): number {
  if (token === undefined) return 0;
  const position = /^page:(\d+)$/.exec(Buffer.from(token, "base64url").toString())?.[1];
  if (position === undefined) throw invalidParameter("Invalid token.");
  return Number(position);
}

/** StopTask: SIGTERM, then SIGKILL after the container's stopTimeout. Stopping a stopped task changes nothing. */
export function stopTask(context: TaskContext, input: Input): Input {
  const cluster = context.store.requireCluster(readString(input, "cluster"));
  const reference = readString(input, "task") ?? "";
  const task = context.store.findTask(cluster, reference);
  if (task === undefined || isExpired(task, context)) throw invalidParameter("The referenced task was not found.");
  const stoppedReason = readString(input, "reason") ?? "Task stopped by user";
  context.runner.stop(task, { stopCode: "UserInitiated", stoppedReason });
  return { task: viewTask(task, true) };
}

/** Drops the tasks whose retention has ended, so that a long run does not grow. */
export function dropExpiredTasks(context: TaskContext): void {
  for (const task of context.store.tasks.values()) {
    if (isExpired(task, context)) context.store.tasks.delete(task.id);
  }
}
