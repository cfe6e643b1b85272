import type { ClientTokens } from "./client-tokens.ts";
import { describeClusters, listTagsForResource, tagResource, untagResource } from "./cluster-operations.ts";
import type { Input } from "./input.ts";
import { runTask } from "./run-task.ts";
import {
  deregisterTaskDefinition,
  describeTaskDefinition,
  listTaskDefinitions,
  registerTaskDefinition,
} from "./task-definition-operations.ts";
import { describeTasks, dropExpiredTasks, listTasks, stopTask, type TaskContext } from "./task-operations.ts";

export type OperationContext = TaskContext & { tokens: ClientTokens; subnets: readonly string[] | null };

const OPERATIONS: Record<string, (context: OperationContext, input: Input) => Input> = {
  RunTask: runTask,
  DescribeTasks: describeTasks,
  ListTasks: listTasks,
  StopTask: stopTask,
  DescribeClusters: ({ store }, input) => describeClusters(store, input),
  RegisterTaskDefinition: ({ store, nowMs }, input) => registerTaskDefinition(store, input, nowMs),
  DeregisterTaskDefinition: ({ store }, input) => deregisterTaskDefinition(store, input),
  DescribeTaskDefinition: ({ store }, input) => describeTaskDefinition(store, input),
  ListTaskDefinitions: ({ store }, input) => listTaskDefinitions(store, input),
  TagResource: ({ store }, input) => tagResource(store, input),
  UntagResource: ({ store }, input) => untagResource(store, input),
  ListTagsForResource: ({ store }, input) => listTagsForResource(store, input),
};

/** Runs an operation by its API name; undefined when there is none of that name. Throws EcsApiError. */
export function runOperation(context: OperationContext, name: string, input: Input): Input | undefined {
  dropExpiredTasks(context);
  return Object.hasOwn(OPERATIONS, name) ? OPERATIONS[name]?.(context, input) : undefined;
}
