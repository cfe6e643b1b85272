import { setTimeout as sleep } from "node:timers/promises";
import { RunTaskCommand, type RunTaskCommandInput, type Task } from "@aws-sdk/client-ecs";
import type { CreateOutcome, DefiniteFailure, LaunchSecrets, UnknownOutcome } from "../platform-service.ts";
import type { EcsClients } from "./ecs-clients.ts";
import { classifyEcsError, classifyRunTaskFailures, conflictingTasks } from "./ecs-errors.ts";
import { describeTasks, findTasksStartedBy } from "./ecs-tasks.ts";
import {
  type EcsRequest,
  MAX_OVERRIDES_LENGTH,
  overridesLength,
  toOnDemand,
  withAttemptToken,
} from "./run-task-request.ts";

/** Sends of one request within one call: the first, and re-sends of the same to learn an unknown outcome. */
const MAX_SENDS = 3;
/** Before a re-send, times the sends so far: a server that just failed is not hit at once. */
const RESEND_PAUSE_MS = 150;

type Answer =
  | { kind: "task"; task: Task }
  /** ECS looked the client token up, found no task under it, and placed none. */
  | { kind: "not_placed"; failure: DefiniteFailure }
  | { kind: "conflict"; arns: readonly string[] }
  /** Refused before the client token was looked at, or nothing known. */
  | { kind: "error"; failure: DefiniteFailure | UnknownOutcome };

export type CreateTaskInput = {
  clients: EcsClients;
  request: EcsRequest;
  launchKey: string;
  secrets: LaunchSecrets;
  resend: boolean;
  signal: AbortSignal;
};

/**
 * RunTask, re-sent with the same client token and parameters until its outcome is known. ECS remembers a token
 * for 24 hours at most; the caller re-sends no later than an hour after the first send.
 *
 * Once one send may have taken effect, no refusal of a later one settles it: a throttled or unauthorised re-send
 * says nothing about the first. Only an answer for the token itself does.
 */
export async function createTask(create: CreateTaskInput): Promise<CreateOutcome> {
  const input = withAttemptToken(create.request, create.secrets);
  if (overridesLength(input) > MAX_OVERRIDES_LENGTH) {
    return settle(create, create.resend, { kind: "failed", class: "invalid", reason: "ECS: overrides too long" });
  }
  const startedAtMs = Date.now();
  let unresolved = create.resend;
  for (let send = 1; ; send += 1) {
    const answer = await sendRunTask(create, input);
    if (answer.kind === "task") return created(answer.task, unresolved, startedAtMs);
    if (answer.kind === "conflict") return adoptConflicting(create, answer.arns);
    if (answer.kind === "not_placed") return refused(create, answer.failure);
    if (answer.failure.kind === "failed") return settle(create, unresolved, answer.failure);
    unresolved = true;
    if (send >= MAX_SENDS || create.signal.aborted) return withoutToken(create, answer.failure);
    await sleep(RESEND_PAUSE_MS * send, undefined, { signal: create.signal }).catch(() => undefined);
  }
}

async function sendRunTask(create: CreateTaskInput, input: RunTaskCommandInput): Promise<Answer> {
  try {
    const answer = await create.clients.launcher.send(new RunTaskCommand(input), { abortSignal: create.signal });
    const task = answer.tasks?.[0];
    if (task?.taskArn) return { kind: "task", task };
    return { kind: "not_placed", failure: classifyRunTaskFailures(answer.failures ?? []) };
  } catch (error) {
    const arns = conflictingTasks(error);
    return arns ? { kind: "conflict", arns } : { kind: "error", failure: classifyEcsError(error) };
  }
}

/** A task older than this call was made by an earlier send; a missing age can't contradict a re-send. */
function created(task: Task, unresolved: boolean, callStartedAtMs: number): CreateOutcome {
  const createdBefore = task.createdAt === undefined || task.createdAt.getTime() < callStartedAtMs;
  return { kind: "created", identifier: task.taskArn ?? "", adopted: unresolved && createdBefore };
}

/** Spot is refused per form: on-demand has other capacity, and another quota. */
function refused(create: CreateTaskInput, failure: DefiniteFailure): CreateOutcome {
  if (failure.class !== "capacity" || create.request.form !== "spot") return withoutToken(create, failure);
  return { kind: "retry_as", request: toOnDemand(create.request, create.launchKey), reason: failure.reason };
}

/** A refusal: final, unless an earlier send may have taken effect. Then the launch's own task is looked for. */
async function settle(create: CreateTaskInput, unresolved: boolean, failure: DefiniteFailure): Promise<CreateOutcome> {
  if (!unresolved) return withoutToken(create, failure);
  try {
    const [task] = await findTasksStartedBy(create.clients.reader, keyOf(create), create.signal);
    if (task?.taskArn) return { kind: "created", identifier: task.taskArn, adopted: true };
  } catch {
    // The look-up failing leaves it as unknown as it was.
  }
  const reason = `An earlier RunTask may have taken effect; the latest was refused: ${failure.reason}`;
  return withoutToken<UnknownOutcome>(create, { kind: "unknown", reason });
}

/**
 * The client token belongs to other parameters: ours all the same if `startedBy` is, for instance when settings
 * of the container changed between two sends. Anything else under our token is not ours to touch.
 */
async function adoptConflicting(create: CreateTaskInput, arns: readonly string[]): Promise<CreateOutcome> {
  const { cluster, startedBy } = keyOf(create);
  try {
    const { tasks, missing } = await describeTasks(create.clients.reader, cluster, arns, create.signal);
    const ours = tasks.find((task) => task.startedBy === startedBy);
    if (ours?.taskArn) return { kind: "created", identifier: ours.taskArn, adopted: true };
    if (missing.length > 0 || tasks.length === 0) {
      return { kind: "unknown", reason: "The tasks that own our client token can't be described" };
    }
    const reason = `Client token ${create.request.input.clientToken} belongs to a task that is not ours`;
    return { kind: "failed", class: "config", reason };
  } catch (error) {
    return { kind: "unknown", reason: `The owner of our client token is not known: ${classifyEcsError(error).reason}` };
  }
}

function keyOf(create: CreateTaskInput): { cluster: string; startedBy: string; taskDefinition: string } {
  const { cluster = "", startedBy = "", taskDefinition = "" } = create.request.input;
  return { cluster, startedBy, taskDefinition };
}

/** AWS may quote what it was sent. */
function withoutToken<T extends { reason: string }>(create: CreateTaskInput, outcome: T): T {
  return { ...outcome, reason: outcome.reason.replaceAll(create.secrets.attemptToken, "<attempt token>") };
}
