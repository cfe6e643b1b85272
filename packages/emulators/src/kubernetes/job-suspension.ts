import { type Cluster, keyOf } from "./cluster.ts";
import { addJobCondition, findCondition, sayAboutJob } from "./job-conditions.ts";
import { formatTime, type Job } from "./objects.ts";

/** Writes what a change of `suspend` means for conditions and start time; returns whether the Job may have pods. */
export function applySuspension(cluster: Cluster, job: Job, suspendPods: () => void): boolean {
  const suspended = findCondition(job, "Suspended");
  if (job.spec.suspend) {
    suspendPods();
    if (suspended?.status !== "True") suspend(cluster, job);
    return false;
  }
  if (suspended?.status === "True") resume(cluster, job);
  else if (job.status.startTime === undefined) setStartTime(cluster, job);
  return true;
}

function suspend(cluster: Cluster, job: Job): void {
  // The deadline counts from the resumption, not from before.
  cluster.store.update("jobs", keyOf(job), (draft) => {
    delete draft.status.startTime;
  });
  addJobCondition(cluster, job, {
    type: "Suspended",
    status: "True",
    reason: "JobSuspended",
    message: "Job suspended",
  });
  sayAboutJob(cluster, job, "Normal", "Suspended", "Job suspended");
}

function resume(cluster: Cluster, job: Job): void {
  setStartTime(cluster, job);
  addJobCondition(cluster, job, { type: "Suspended", status: "False", reason: "JobResumed", message: "Job resumed" });
  sayAboutJob(cluster, job, "Normal", "Resumed", "Job resumed");
}

function setStartTime(cluster: Cluster, job: Job): void {
  cluster.store.update("jobs", keyOf(job), (draft) => {
    draft.status.startTime = formatTime(cluster.clock());
  });
}
