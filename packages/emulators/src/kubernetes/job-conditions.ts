import { type Cluster, keyOf, recordEvent } from "./cluster.ts";
import { type Condition, formatTime, type Job, withCondition } from "./objects.ts";

/** Why a Job is over before all its completions: reason of its condition and of its Event. */
export interface JobFailure {
  readonly reason: "BackoffLimitExceeded" | "DeadlineExceeded";
  readonly message: string;
}

export const BACKOFF_LIMIT_EXCEEDED: JobFailure = {
  reason: "BackoffLimitExceeded",
  message: "Job has reached the specified backoff limit",
};
export const DEADLINE_EXCEEDED: JobFailure = {
  reason: "DeadlineExceeded",
  message: "Job was active longer than specified deadline",
};

export function addJobCondition(
  cluster: Cluster,
  job: Job,
  condition: Omit<Condition, "lastProbeTime" | "lastTransitionTime">,
): void {
  const now = formatTime(cluster.clock());
  cluster.store.update("jobs", keyOf(job), (draft) => {
    draft.status.conditions = withCondition(draft.status.conditions, {
      ...condition,
      lastProbeTime: now,
      lastTransitionTime: now,
    });
    if (condition.type === "Complete") draft.status.completionTime = now;
  });
}

export function findCondition(job: Job, type: string): Condition | undefined {
  return job.status.conditions?.find((condition) => condition.type === type);
}

export function sayAboutJob(cluster: Cluster, job: Job, type: "Normal" | "Warning", reason: string, message: string) {
  recordEvent(cluster, job, { type, reason, message, component: "job-controller" });
}
