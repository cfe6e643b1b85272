import { clientError } from "./errors.ts";
import { parseCpuUnits } from "./fargate-sizes.ts";
import { ECS_FAILURE_REASONS } from "./faults.ts";
import type { CapacityPool, CapacityProviderStrategyItem, Cluster, Task } from "./model.ts";
import type { EcsSettings } from "./settings.ts";
import type { EcsStore } from "./store.ts";

/**
 * The provider of the next task of a strategy: the one with an unfilled base, else the one furthest behind its weight.
 * As on AWS a strategy is a split, not a failover: an empty pool stays chosen.
 */
export function chooseProvider(strategy: CapacityProviderStrategyItem[], running: Task[]): string {
  const countOf = (name: string) => running.filter((task) => task.capacityProviderName === name).length;
  const unfilled = strategy.find((item) => item.base > countOf(item.capacityProvider));
  if (unfilled !== undefined) return unfilled.capacityProvider;
  const weighted = strategy
    .filter((item) => item.weight > 0)
    .map((item) => ({ name: item.capacityProvider, load: (countOf(item.capacityProvider) + 1) / item.weight }));
  return weighted.reduce((best, item) => (item.load < best.load ? item : best)).name;
}

/** Why one more task of this size does not fit into the pool; undefined when it fits. */
export function findCapacityFailure(
  store: EcsStore,
  settings: EcsSettings,
  pool: CapacityPool,
  cpu: string,
): string | undefined {
  const inPool = [...store.tasks.values()].filter((task) => task.pool === pool && task.lastStatus !== "STOPPED");
  const quota = pool === "FARGATE" ? settings.onDemandVcpuQuota : settings.spotVcpuQuota;
  const vcpu = [...inPool.map((task) => task.cpu), cpu].reduce((sum, one) => sum + parseCpuUnits(one) / 1024, 0);
  if (quota !== null && vcpu > quota) return ECS_FAILURE_REASONS.vcpuQuota;
  const capacity = pool === "FARGATE" ? settings.onDemandCapacity : settings.spotCapacity;
  if (capacity !== null && inPool.length >= capacity) return ECS_FAILURE_REASONS.capacity;
  return undefined;
}

/** Throws ClientException when the cluster has too many tasks in PROVISIONING. */
export function checkProvisioningQuota(store: EcsStore, settings: EcsSettings, cluster: Cluster, count: number): void {
  const provisioning = store.tasksOf(cluster).filter((task) => task.lastStatus === "PROVISIONING").length;
  if (settings.provisioningQuota !== null && provisioning + count > settings.provisioningQuota) {
    throw clientError(ECS_FAILURE_REASONS.provisioning);
  }
}
