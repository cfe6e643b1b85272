import { invalidParameter } from "./errors.ts";
import { type Input, readString, readStrings } from "./input.ts";
import type { Cluster, Task, TaskStatus } from "./model.ts";
import type { EcsStore } from "./store.ts";
import { mergeTags, readTags } from "./tags.ts";

const MAX_DESCRIBED = 100;

/** DescribeClusters; unknown clusters come back in `failures`. Without names the cluster `default` is meant. */
export function describeClusters(store: EcsStore, input: Input): Input {
  const references = readStrings(input, "clusters");
  if (references.length > MAX_DESCRIBED) throw invalidParameter("Clusters cannot be more than 100.");
  const clusters: Input[] = [];
  const failures: Input[] = [];
  for (const reference of references.length === 0 ? ["default"] : references) {
    const cluster = store.findCluster(reference);
    if (cluster === undefined) {
      const arn = reference.startsWith("arn:") ? reference : store.arn(`cluster/${reference}`);
      failures.push({ arn, reason: "MISSING" });
    } else {
      clusters.push(viewCluster(cluster, store.tasksOf(cluster)));
    }
  }
  return { clusters, failures };
}

function viewCluster(cluster: Cluster, tasks: Task[]): Input {
  const count = (...statuses: TaskStatus[]) => tasks.filter((task) => statuses.includes(task.lastStatus)).length;
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.name,
    status: "ACTIVE",
    registeredContainerInstancesCount: 0,
    runningTasksCount: count("RUNNING"),
    pendingTasksCount: count("PROVISIONING", "PENDING", "ACTIVATING"),
    activeServicesCount: 0,
    statistics: [],
    tags: [],
    settings: [],
    capacityProviders: cluster.capacityProviders,
    defaultCapacityProviderStrategy: cluster.defaultStrategy,
  };
}

function requireTask(store: EcsStore, input: Input): Task {
  const arn = readString(input, "resourceArn") ?? "";
  const task = [...store.tasks.values()].find((one) => one.arn === arn);
  if (task === undefined) throw invalidParameter("The specified task is not found.");
  return task;
}

/** TagResource, for tasks. */
export function tagResource(store: EcsStore, input: Input): Input {
  const task = requireTask(store, input);
  task.tags = mergeTags(task.tags, readTags(input));
  return {};
}

/** UntagResource, for tasks. */
export function untagResource(store: EcsStore, input: Input): Input {
  const task = requireTask(store, input);
  const keys = readStrings(input, "tagKeys");
  task.tags = task.tags.filter(({ key }) => !keys.includes(key));
  return {};
}

/** ListTagsForResource, for tasks. */
export function listTagsForResource(store: EcsStore, input: Input): Input {
  return { tags: requireTask(store, input).tags };
}
