import type { V1Job, V1Pod } from "@kubernetes/client-node";
import { describe, expect, it } from "vitest";
import { botIn, jobWith, NOW_MS, podWith, secondsAgo } from "./testing/kubernetes-fixtures.ts";
import { describeWorkload, lacksPod } from "./workload-state.ts";

const CONTEXT = { nowMs: NOW_MS, unschedulableGraceMs: 60_000, firstImageFailureMs: () => NOW_MS };
const look = (job: V1Job, pods: V1Pod[] = []) => describeWorkload({ job, pods }, undefined, CONTEXT);

const RUNNING = podWith({ phase: "Running", containerStatuses: botIn({ running: { startedAt: secondsAgo(50) } }) });
const terminated = (exitCode: number, reason: string) => botIn({ terminated: { exitCode, reason } });
const EXITED = podWith({ phase: "Failed", containerStatuses: terminated(3, "Error") });
const failedWith = (reason: string, message?: string) =>
  jobWith({ status: { failed: 1, conditions: [{ type: "Failed", status: "True", reason, message }] } });
const COMPLETE = jobWith({
  status: { succeeded: 1, conditions: [{ type: "Complete", status: "True", reason: "CompletionsReached" }] },
});

describe("a workload's state", () => {
  it("is inert while its Job is suspended and no pod was made", () => {
    expect(look(jobWith({ spec: { suspend: true }, status: {} }))).toEqual({
      identifier: "bots/bot-abc234-42-a3/uid-1",
      launchKey: "bot-abc234-42-a3",
      state: "inert",
    });
  });

  it("is starting until the bot's container runs, and running then", () => {
    expect(look(jobWith())?.state).toBe("starting");
    expect(look(jobWith(), [podWith({ phase: "Pending" })])?.state).toBe("starting");
    expect(look(jobWith(), [RUNNING])?.state).toBe("running");
  });

  it("is ended with the exit code once every pod has ended", () => {
    expect(look(failedWith("BackoffLimitExceeded"), [EXITED])).toMatchObject({
      state: "ended",
      end: { exitCode: 3, infrastructure: false },
    });
  });

  it("is ended when the pod has ended and its Job is failing or being deleted", () => {
    const failing = jobWith({ status: { conditions: [{ type: "FailureTarget", status: "True" }] } });
    expect(look(failing, [EXITED])?.state).toBe("ended");
    expect(look(jobWith({ metadata: { deletionTimestamp: secondsAgo(1) } }), [EXITED])?.state).toBe("ended");
  });

  it("reads dates as the list gives them and as the watch does", () => {
    const job = jobWith({ status: { startTime: "2026-03-01T11:59:00Z" as unknown as Date } });
    expect(lacksPod({ job, pods: [] }, NOW_MS)).toBe(true);
    expect(lacksPod({ job: jobWith({ status: { startTime: secondsAgo(60) } }), pods: [] }, NOW_MS)).toBe(true);
  });
});

describe("evidence of an end", () => {
  it("is not a pod that is told to end but still runs, as on a node that is not ready", () => {
    const terminating = { ...RUNNING, metadata: { ...RUNNING.metadata, deletionTimestamp: secondsAgo(400) } };
    expect(look(failedWith("DeadlineExceeded"), [terminating])?.state).toBe("running");
    expect(look(jobWith({ metadata: { deletionTimestamp: secondsAgo(400) } }), [terminating])?.state).toBe("running");
  });

  it("is not a pod that garbage collection called failed while its container was last seen running", () => {
    const collected = podWith({
      phase: "Failed",
      conditions: [{ type: "DisruptionTarget", status: "True", reason: "DeletionByPodGC" }],
      containerStatuses: botIn({ running: { startedAt: secondsAgo(500) } }),
    });
    expect(look(failedWith("PodFailurePolicy"), [collected])?.state).toBe("running");
  });

  it("is not one ended pod beside one that runs", () => {
    expect(look(COMPLETE, [EXITED, RUNNING])?.state).toBe("running");
  });

  it("is not a pod that vanished from a Job that failed", () => {
    expect(look(failedWith("BackoffLimitExceeded"))).toBeNull();
    expect(
      look(failedWith("PodFailurePolicy", "Pod bots/p has condition DisruptionTarget matching FailJob")),
    ).toBeNull();
  });

  it("is not a deadline while pods are still terminating", () => {
    const conditions = [{ type: "Failed", status: "True", reason: "DeadlineExceeded" }];
    expect(look(jobWith({ status: { terminating: 1, conditions } }))?.state).toBe("starting");
  });

  it("is a deadline after which the Job controller saw every pod end", () => {
    expect(look(failedWith("DeadlineExceeded"))).toMatchObject({ state: "ended", end: { infrastructure: false } });
  });

  it("is an exit that the kubelet reported before a drain removed the pod", () => {
    const message = "Container bot for pod bots/p failed with exit code 143 matching FailJob rule at index 0";
    expect(look(failedWith("PodFailurePolicy", message))).toMatchObject({
      state: "ended",
      end: { exitCode: 143, infrastructure: true },
    });
  });

  it("is a completed Job, with or without its pod", () => {
    expect(look(COMPLETE)).toMatchObject({ state: "ended", end: { exitCode: 0 } });
    const succeeded = podWith({ phase: "Succeeded", containerStatuses: terminated(0, "Completed") });
    expect(look(COMPLETE, [succeeded])).toMatchObject({ state: "ended", end: { exitCode: 0, infrastructure: false } });
  });
});

describe("how it ended", () => {
  const endOf = (status: V1Pod["status"]) => look(failedWith("BackoffLimitExceeded"), [podWith(status)])?.end;

  it("names what the bot did itself", () => {
    expect(endOf({ phase: "Failed", containerStatuses: terminated(137, "OOMKilled") })).toMatchObject({
      exitCode: 137,
      reason: "OOMKilled",
      infrastructure: false,
    });
  });

  for (const reason of ["Evicted", "NodeShutdown", "Terminated", "Preempting", "UnexpectedAdmissionError"]) {
    it(`blames the infrastructure for ${reason}`, () => {
      const end = endOf({ phase: "Failed", reason, containerStatuses: terminated(137, "Error") });
      expect(end).toMatchObject({ infrastructure: true, reason: `${reason}: Error` });
    });
  }

  it("blames the infrastructure for a disruption", () => {
    const conditions = [{ type: "DisruptionTarget", status: "True", reason: "PreemptionByScheduler" }];
    expect(endOf({ phase: "Failed", conditions, containerStatuses: terminated(143, "Error") })).toMatchObject({
      exitCode: 143,
      infrastructure: true,
    });
  });
});
