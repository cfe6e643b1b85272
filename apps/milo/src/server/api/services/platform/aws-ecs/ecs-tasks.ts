import {
  DescribeTasksCommand,
  type DesiredStatus,
  type ECSClient,
  ListTasksCommand,
  type ListTasksCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";

/** Most ids that DescribeTasks takes, and most ARNs on one page of ListTasks [ECS API reference]. */
export const TASK_BATCH_SIZE = 100;

export type DescribedTasks = {
  tasks: Task[];
  /** Ids ECS doesn't know: expired (an hour after they stopped), never known, or too young to be seen. */
  missing: string[];
};

/**
 * Describes any number of tasks with their tags. Throws the SDK's error, or one of its own for a failure other
 * than MISSING, so that half an answer never looks like a whole one.
 */
export async function describeTasks(
  client: ECSClient,
  cluster: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<DescribedTasks> {
  const described: DescribedTasks = { tasks: [], missing: [] };
  for (let start = 0; start < ids.length; start += TASK_BATCH_SIZE) {
    const batch = ids.slice(start, start + TASK_BATCH_SIZE);
    const command = new DescribeTasksCommand({ cluster, tasks: batch, include: ["TAGS"] });
    const answer = await client.send(command, { abortSignal: signal });
    described.tasks.push(...(answer.tasks ?? []));
    for (const failure of answer.failures ?? []) {
      if (failure.reason !== "MISSING") throw new Error(`DescribeTasks: ${failure.reason} for ${failure.arn}`);
      if (failure.arn) described.missing.push(failure.arn);
    }
  }
  return described;
}

/** ARNs on every page of one ListTasks filter. */
export async function listTaskArns(
  client: ECSClient,
  filter: ListTasksCommandInput,
  signal: AbortSignal,
): Promise<string[]> {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const command = new ListTasksCommand({ ...filter, maxResults: TASK_BATCH_SIZE, nextToken });
    const page = await client.send(command, { abortSignal: signal });
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken);
  return arns;
}

/**
 * Every task of a cluster, running or stopped within the hour. The whole cluster rather than some task definition
 * families: a family that left the settings must not take its running bots out of sight.
 *
 * RUNNING is read before STOPPED, so that a task which stops in between is on one list or on both, never on
 * neither. Throws when a task that should run can't be described: such a listing is not complete.
 */
export async function listClusterTasks(client: ECSClient, cluster: string, signal: AbortSignal): Promise<Task[]> {
  const running = await listTaskArns(client, { cluster, desiredStatus: "RUNNING" }, signal);
  const stopped = await listTaskArns(client, { cluster, desiredStatus: "STOPPED" }, signal);
  const { tasks, missing } = await describeTasks(client, cluster, [...new Set([...running, ...stopped])], signal);
  const unseen = running.filter((arn) => missing.includes(arn) && !stopped.includes(arn));
  if (unseen.length > 0) throw new Error(`${unseen.length} listed task(s) could not be described yet`);
  return tasks;
}

/**
 * The tasks of one launch, by what RunTask was told to put in `startedBy`. That filter may not be joined with any
 * other and then shows RUNNING ones alone, so stopped ones come by family and are picked here.
 */
export async function findTasksStartedBy(
  client: ECSClient,
  key: { cluster: string; startedBy: string; taskDefinition: string },
  signal: AbortSignal,
): Promise<Task[]> {
  const { cluster, startedBy } = key;
  const stoppedFilter = { cluster, family: familyOf(key.taskDefinition), desiredStatus: "STOPPED" as DesiredStatus };
  const running = await listTaskArns(client, { cluster, startedBy }, signal);
  const stopped = running.length > 0 ? [] : await listTaskArns(client, stoppedFilter, signal);
  const { tasks } = await describeTasks(client, cluster, [...running, ...stopped], signal);
  return tasks.filter((task) => task.startedBy === startedBy);
}

/** `arn:aws:ecs:region:account:task-definition/family:revision` or `family:revision` → `family`. */
export function familyOf(taskDefinition: string): string {
  const name = taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1);
  return name.replace(/:\d+$/, "");
}
