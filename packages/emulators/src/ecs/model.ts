/** What the emulated account holds. Field names follow the ECS API, times are epoch milliseconds until they are sent. */

export type Tag = { key: string; value: string };
export type KeyValue = { name: string; value: string };

export type ContainerDefinition = {
  name: string;
  image: string;
  essential: boolean;
  environment: KeyValue[];
  /** Seconds between SIGTERM and SIGKILL; 30 when the definition does not say. */
  stopTimeout: number;
};

export type TaskDefinition = {
  arn: string;
  family: string;
  revision: number;
  status: "ACTIVE" | "INACTIVE";
  cpu: string;
  memory: string;
  container: ContainerDefinition;
  requiresCompatibilities: string[];
  tags: Tag[];
  registeredAtMs: number;
  /** The fields of the request that are only echoed. */
  echoed: Record<string, unknown>;
};

export type CapacityProviderStrategyItem = { capacityProvider: string; weight: number; base: number };

export type Cluster = {
  arn: string;
  name: string;
  capacityProviders: string[];
  defaultStrategy: CapacityProviderStrategyItem[];
};

export type TaskStatus =
  | "PROVISIONING"
  | "PENDING"
  | "ACTIVATING"
  | "RUNNING"
  | "DEACTIVATING"
  | "STOPPING"
  | "DEPROVISIONING"
  | "STOPPED";

/** FARGATE and FARGATE_SPOT have separate capacity and separate quotas. */
export type CapacityPool = "FARGATE" | "FARGATE_SPOT";

export type Task = {
  arn: string;
  id: string;
  clusterName: string;
  clusterArn: string;
  definition: TaskDefinition;
  pool: CapacityPool;
  /** Set only when the task was placed through a capacity provider strategy. */
  capacityProviderName?: string;
  cpu: string;
  memory: string;
  lastStatus: TaskStatus;
  desiredStatus: "RUNNING" | "STOPPED";
  createdAtMs: number;
  pullStartedAtMs?: number;
  pullStoppedAtMs?: number;
  startedAtMs?: number;
  stoppingAtMs?: number;
  stoppedAtMs?: number;
  startedBy?: string;
  group: string;
  platformVersion: string;
  overrides: Record<string, unknown>;
  environment: Record<string, string>;
  tags: Tag[];
  version: number;
  stopCode?: string;
  stoppedReason?: string;
  exitCode?: number;
  containerReason?: string;
};
