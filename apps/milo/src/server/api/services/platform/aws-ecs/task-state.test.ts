import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { workloadOf } from "./task-state.ts";

const RAN = { startedAt: new Date("2026-01-01T00:00:00Z") };

function read(task: Task) {
  const whole = { taskArn: "arn:task/1", startedBy: "milo/abc234/bot-abc234-42-a1", ...task };
  return workloadOf(whole, "abc234", "bot");
}

describe("workloadOf", () => {
  it.each([
    ["PROVISIONING", {}, "starting"],
    ["PENDING", {}, "starting"],
    ["ACTIVATING", {}, "starting"],
    ["RUNNING", RAN, "running"],
    ["DEACTIVATING", RAN, "running"],
    ["STOPPING", RAN, "running"],
    ["DEPROVISIONING", RAN, "running"],
    ["DEPROVISIONING", {}, "starting"],
    ["A_STATUS_OF_NEXT_YEAR", RAN, "running"],
    ["STOPPED", RAN, "ended"],
  ])("reads %s as not ended unless it is STOPPED", (lastStatus, extra, state) => {
    expect(read({ lastStatus, desiredStatus: "STOPPED", ...extra }).state).toBe(state);
  });

  it.each([
    ["CannotPullContainerError: pull access denied, repository does not exist or may require authorization", "config"],
    ["CannotPullContainerError: manifest unknown", "config"],
    [
      "CannotPullContainerError: Get https://registry: net/http: request canceled (Client.Timeout exceeded)",
      "transient",
    ],
    ["CannotPullContainerError: toomanyrequests: You have reached your pull rate limit", "throttled"],
    ["ResourceInitializationError: unable to pull secrets: AccessDeniedException", "config"],
    ["ResourceInitializationError: failed to validate logger args", "config"],
    ["Timeout waiting for network interface provisioning to complete.", "transient"],
    [
      "Unexpected EC2 error while attempting to create network interface: InsufficientFreeAddressesInSubnet",
      "capacity",
    ],
    ["Capacity is unavailable at this time.", "capacity"],
    ["CannotStartContainerError: Error response from daemon: OCI runtime", "config"],
    ["Something new", "transient"],
  ])("takes “%s” for a failed start of class %s", (stoppedReason, expected) => {
    const workload = read({ lastStatus: "STOPPED", stopCode: "TaskFailedToStart", stoppedReason });
    expect(workload.startFailure).toMatchObject({ class: expected });
    expect(workload.state).toBe("ended");
  });

  it("sees a failed start while the task is still going down, and does not call it ended", () => {
    const workload = read({
      lastStatus: "DEPROVISIONING",
      desiredStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: "CannotPullContainerError: manifest unknown",
    });
    expect(workload.startFailure?.class).toBe("config");
    expect(workload.state).toBe("starting");
  });

  it("sees the container's own reason when the task's is general", () => {
    const workload = read({
      lastStatus: "STOPPED",
      stopCode: "TaskFailedToStart",
      stoppedReason: "Task failed to start",
      containers: [{ name: "bot", reason: "CannotPullContainerError: manifest unknown" }],
    });
    expect(workload.startFailure).toMatchObject({ class: "config", reason: expect.stringContaining("manifest") });
  });

  it("blames no start for a task that we stopped before it ran, nor for one that ran", () => {
    const stopped = { lastStatus: "STOPPED", stoppedReason: "milo stops bot-abc234-42-a1" };
    expect(read({ ...stopped, stopCode: "UserInitiated" }).startFailure).toBeUndefined();
    expect(read({ ...stopped, ...RAN, stopCode: "EssentialContainerExited" }).startFailure).toBeUndefined();
  });

  it.each([
    [{ stopCode: "SpotInterruption" as const, stoppedReason: "Your Spot Task was interrupted." }, true],
    [{ stopCode: "TerminationNotice" as const }, true],
    [{ stoppedReason: "Your Spot Task was interrupted." }, true],
    [{ stopCode: "InfrastructureHealth" as const }, true],
    [{ stopCode: "EssentialContainerExited" as const, stoppedReason: "Essential container in task exited" }, false],
    [{ stopCode: "UserInitiated" as const, stoppedReason: "Task stopped by user" }, false],
  ])("tells infrastructure that took it from an end of its own: %o", (stop, infrastructure) => {
    expect(read({ lastStatus: "STOPPED", ...RAN, ...stop }).end).toMatchObject({ infrastructure });
  });

  it("reports the bot container's exit code, not a side-car's, and why", () => {
    const workload = read({
      lastStatus: "STOPPED",
      ...RAN,
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [
        { name: "log-router", exitCode: 0 },
        { name: "bot", exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" },
      ],
    });
    expect(workload.end).toEqual({
      exitCode: 137,
      reason: "Essential container in task exited; OutOfMemoryError: Container killed due to memory usage",
      infrastructure: false,
    });
  });

  it("reads the launch key from the tag, or from startedBy when the tag is gone", () => {
    const tagged = {
      lastStatus: "RUNNING",
      startedBy: "x",
      tags: [{ key: "milo:launch-key", value: "bot-abc234-7-a3" }],
    };
    expect(read(tagged).launchKey).toBe("bot-abc234-7-a3");
    expect(read({ lastStatus: "RUNNING" }).launchKey).toBe("bot-abc234-42-a1");
    expect(read({ lastStatus: "RUNNING", startedBy: "milo/abc234/" }).launchKey).toBeNull();
  });
});
