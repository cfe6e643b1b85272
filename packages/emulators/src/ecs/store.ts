import { randomBytes } from "node:crypto";
import { clusterNotFound } from "./errors.ts";
import type { Cluster, Task, TaskDefinition } from "./model.ts";

const ACCOUNT_ID = "123456789012";

/** The emulated account in one region: clusters, task definitions and tasks. */
export class EcsStore {
  readonly region: string;
  readonly clusters = new Map<string, Cluster>();
  readonly definitions = new Map<string, TaskDefinition[]>();
  readonly tasks = new Map<string, Task>();

  constructor(region: string) {
    this.region = region;
  }

  arn(resource: string): string {
    return `arn:aws:ecs:${this.region}:${ACCOUNT_ID}:${resource}`;
  }

  addCluster(name: string, capacityProviders: string[], defaultStrategy: Cluster["defaultStrategy"]): void {
    this.clusters.set(name, { arn: this.arn(`cluster/${name}`), name, capacityProviders, defaultStrategy });
  }

  /** By name or ARN; without either the cluster `default`. Throws ClusterNotFoundException. */
  requireCluster(reference: string | undefined): Cluster {
    const cluster = this.findCluster(reference ?? "default");
    if (cluster === undefined) throw clusterNotFound();
    return cluster;
  }

  findCluster(reference: string): Cluster | undefined {
    const name = reference.startsWith("arn:") ? reference.slice(reference.lastIndexOf("/") + 1) : reference;
    const cluster = this.clusters.get(name);
    return cluster !== undefined && (reference === name || reference === cluster.arn) ? cluster : undefined;
  }

  /** `family`, `family:revision` or an ARN; a bare family is its newest active revision. */
  findDefinition(reference: string): TaskDefinition | undefined {
    const short = reference.startsWith("arn:") ? reference.slice(reference.lastIndexOf("/") + 1) : reference;
    const [family = "", revision] = short.split(":");
    const revisions = this.definitions.get(family) ?? [];
    const found =
      revision === undefined
        ? revisions.findLast((definition) => definition.status === "ACTIVE")
        : revisions.find((definition) => String(definition.revision) === revision);
    return reference.startsWith("arn:") && found?.arn !== reference ? undefined : found;
  }

  /** By id or full ARN, within one cluster. */
  findTask(cluster: Cluster, reference: string): Task | undefined {
    const id = reference.slice(reference.lastIndexOf("/") + 1);
    const task = this.tasks.get(id);
    if (task === undefined || task.clusterName !== cluster.name) return undefined;
    return reference === id || reference === task.arn ? task : undefined;
  }

  tasksOf(cluster: Cluster): Task[] {
    return [...this.tasks.values()].filter((task) => task.clusterName === cluster.name);
  }

  newTaskId(): string {
    return randomBytes(16).toString("hex");
  }

  clear(): void {
    this.definitions.clear();
    this.tasks.clear();
  }
}
