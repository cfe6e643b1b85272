import { findSentinel } from "../runtime/sentinels.ts";
import { checkProvisioningQuota, chooseProvider, findCapacityFailure } from "./capacity.ts";
import type { ClientTokens } from "./client-tokens.ts";
import { clientError, EcsApiError, invalidParameter } from "./errors.ts";
import { ECS_FAILURE_REASONS } from "./faults.ts";
import type { Input } from "./input.ts";
import type { CapacityPool, CapacityProviderStrategyItem, Cluster, Task, TaskDefinition } from "./model.ts";
import { checkNetwork } from "./network.ts";
import { parseRunTaskRequest, type RunTaskRequest, resolveEnvironment } from "./run-task-request.ts";
import type { EcsSettings } from "./settings.ts";
import type { EcsStore } from "./store.ts";
import { mergeTags } from "./tags.ts";
import type { TaskRunner } from "./task-runner.ts";
import { viewTask } from "./task-view.ts";

export type RunTaskContext = {
  store: EcsStore;
  settings: EcsSettings;
  tokens: ClientTokens;
  runner: TaskRunner;
  subnets: readonly string[] | null;
  nowMs: number;
};

const PLATFORM_VERSIONS: Record<string, string> = { LATEST: "1.4.0", "1.4.0": "1.4.0", "1.3.0": "1.3.0" };
const POOLS: readonly string[] = ["FARGATE", "FARGATE_SPOT"] satisfies CapacityPool[];

/**
 * RunTask. What cannot be placed is not an error but an entry of `failures`, with HTTP 200.
 * A repeated clientToken gets the first answer again, that of a refusal for want of capacity too.
 */
export function runTask(context: RunTaskContext, input: Input): Input {
  const { store, settings, tokens, nowMs } = context;
  const request = parseRunTaskRequest(input);
  const cluster = store.requireCluster(request.cluster);
  const { clientToken } = request;
  if (clientToken !== undefined) {
    const known = tokens.recall(cluster.name, clientToken, input, {
      sinceMs: nowMs - settings.clientTokenTtlMs,
      conflicts: settings.clientTokenConflicts,
    });
    if (known !== undefined) return known;
  }
  const definition = requireDefinition(store, request.taskDefinition);
  const strategy = resolveStrategy(cluster, request, definition);
  checkNetwork(request.network, context.subnets);
  const platformVersion = PLATFORM_VERSIONS[request.platformVersion];
  if (platformVersion === undefined) {
    throw new EcsApiError("PlatformUnknownException", "The specified platform does not exist.");
  }
  const environment = resolveEnvironment(definition, request.overrides);
  checkProvisioningQuota(store, settings, cluster, request.count);

  const started: Task[] = [];
  const failures: Input[] = [];
  for (let index = 0; index < request.count; index += 1) {
    const pool = choosePool(strategy, store.tasksOf(cluster));
    const failure = findFailure(context, definition, pool);
    if (failure !== undefined) {
      failures.push({ reason: failure });
      continue;
    }
    const task = makeTask({ context, cluster, request, definition, pool, platformVersion, environment });
    if (strategy !== undefined) task.capacityProviderName = pool;
    store.tasks.set(task.id, task);
    context.runner.start(task);
    started.push(task);
  }
  const response = { tasks: started.map((task) => viewTask(task, true)), failures };
  if (clientToken !== undefined) {
    tokens.remember(cluster.name, clientToken, input, {
      response,
      taskArns: started.map(({ arn }) => arn),
      atMs: nowMs,
    });
  }
  return response;
}

function requireDefinition(store: EcsStore, reference: string): TaskDefinition {
  const definition = store.findDefinition(reference);
  if (definition === undefined) throw clientError("TaskDefinition not found.");
  if (definition.status === "INACTIVE") throw clientError("TaskDefinition is inactive");
  return definition;
}

/** The strategy to place by, or undefined for launch type FARGATE. */
function resolveStrategy(
  cluster: Cluster,
  request: RunTaskRequest,
  definition: TaskDefinition,
): CapacityProviderStrategyItem[] | undefined {
  if (!definition.requiresCompatibilities.includes("FARGATE")) {
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  }
  if (request.launchType === "FARGATE") return undefined;
  const strategy = request.strategy ?? (cluster.defaultStrategy.length > 0 ? cluster.defaultStrategy : undefined);
  if (request.launchType !== undefined || strategy === undefined) {
    throw invalidParameter("No Container Instances were found in your cluster.");
  }
  for (const { capacityProvider } of strategy) {
    if (!cluster.capacityProviders.includes(capacityProvider) || !POOLS.includes(capacityProvider)) {
      throw invalidParameter(
        "The specified capacity provider strategy cannot contain a capacity provider that is not associated with the " +
          "cluster. Associate the capacity provider with the cluster and try again.",
      );
    }
  }
  return strategy;
}

function choosePool(strategy: CapacityProviderStrategyItem[] | undefined, tasks: Task[]): CapacityPool {
  if (strategy === undefined) return "FARGATE";
  const running = tasks.filter((task) => task.lastStatus !== "STOPPED");
  return chooseProvider(strategy, running) === "FARGATE_SPOT" ? "FARGATE_SPOT" : "FARGATE";
}

function findFailure(context: RunTaskContext, definition: TaskDefinition, pool: CapacityPool): string | undefined {
  if (findSentinel("ecs", definition.container.image)?.tag === "capacity-unavailable") {
    return ECS_FAILURE_REASONS.capacity;
  }
  return findCapacityFailure(context.store, context.settings, pool, definition.cpu);
}

function makeTask(made: {
  context: RunTaskContext;
  cluster: Cluster;
  request: RunTaskRequest;
  definition: TaskDefinition;
  pool: CapacityPool;
  platformVersion: string;
  environment: Record<string, string>;
}): Task {
  const { context, cluster, request, definition } = made;
  const id = context.store.newTaskId();
  const managed = request.enableManagedTags ? [{ key: "aws:ecs:clusterName", value: cluster.name }] : [];
  const propagated = request.propagateTags === "TASK_DEFINITION" ? definition.tags : [];
  return {
    arn: context.store.arn(`task/${cluster.name}/${id}`),
    id,
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    definition,
    pool: made.pool,
    cpu: definition.cpu,
    memory: definition.memory,
    lastStatus: "PROVISIONING",
    desiredStatus: "RUNNING",
    createdAtMs: context.nowMs,
    startedBy: request.startedBy,
    group: request.group ?? `family:${definition.family}`,
    platformVersion: made.platformVersion,
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [], ...request.overrides },
    environment: made.environment,
    tags: [...managed, ...mergeTags(propagated, request.tags)],
    version: 1,
  };
}
