/** Everything about the emulated region that can be changed while it runs. */
export type EcsSettings = {
  /** Time in PROVISIONING (a real ENI takes about 10 s). */
  provisioningMs: number;
  /** Time in PENDING: the image pull. */
  pendingMs: number;
  /** Time in ACTIVATING. */
  activatingMs: number;
  /** Time in DEPROVISIONING, after the container has ended. The slot is still in use. */
  deprovisioningMs: number;
  /** How long a new task is not yet seen by DescribeTasks (MISSING) and ListTasks: their eventual consistency. */
  visibilityDelayMs: number;
  /** How long a stopped task can still be described. AWS promises at least one hour. */
  stoppedRetentionMs: number;
  /** Tasks the region can hold on demand; null is no limit. */
  onDemandCapacity: number | null;
  /** Tasks the region can hold on Spot; null is no limit. */
  spotCapacity: number | null;
  /** The account's Fargate on-demand quota in vCPU; null is no limit. */
  onDemandVcpuQuota: number | null;
  /** The account's Fargate Spot quota in vCPU; null is no limit. */
  spotVcpuQuota: number | null;
  /** Tasks of one cluster that may be PROVISIONING at once; null is no limit. */
  provisioningQuota: number | null;
  /** From RUNNING to what a sentinel tag does to a running task. */
  disruptionAfterMs: number;
  /** How long a clientToken is remembered. */
  clientTokenTtlMs: number;
  /** A repeated clientToken is always taken for one with other parameters. */
  clientTokenConflicts: boolean;
};

/** Lifecycle times are far shorter than AWS's, so that tests are quick; everything else is as on a fresh account. */
export const DEFAULT_ECS_SETTINGS: EcsSettings = {
  provisioningMs: 20,
  pendingMs: 20,
  activatingMs: 10,
  deprovisioningMs: 20,
  visibilityDelayMs: 0,
  stoppedRetentionMs: 3_600_000,
  onDemandCapacity: null,
  spotCapacity: null,
  onDemandVcpuQuota: null,
  spotVcpuQuota: null,
  provisioningQuota: null,
  disruptionAfterMs: 50,
  clientTokenTtlMs: 86_400_000,
  clientTokenConflicts: false,
};
