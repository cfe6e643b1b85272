import { createHash } from "node:crypto";
import type { Input } from "./input.ts";
import type { Task } from "./model.ts";

function toSeconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

/** A stable id in the form ECS uses, made from the task's own. */
function deriveId(task: Task, purpose: string): string {
  return createHash("sha256").update(`${purpose} ${task.id}`).digest("hex").slice(0, 32);
}

/** A task as the API shows it: times in epoch seconds, tags only when asked for. */
export function viewTask(task: Task, withTags: boolean): Input {
  return {
    taskArn: task.arn,
    clusterArn: task.clusterArn,
    taskDefinitionArn: task.definition.arn,
    group: task.group,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    ...(task.capacityProviderName === undefined ? {} : { capacityProviderName: task.capacityProviderName }),
    launchType: "FARGATE",
    platformVersion: task.platformVersion,
    platformFamily: "Linux",
    cpu: task.cpu,
    memory: task.memory,
    availabilityZone: "us-east-1a",
    connectivity: task.startedAtMs === undefined ? "CONNECTING" : "CONNECTED",
    createdAt: toSeconds(task.createdAtMs),
    pullStartedAt: toSeconds(task.pullStartedAtMs),
    pullStoppedAt: toSeconds(task.pullStoppedAtMs),
    startedAt: toSeconds(task.startedAtMs),
    stoppingAt: toSeconds(task.stoppingAtMs),
    stoppedAt: toSeconds(task.stoppedAtMs),
    executionStoppedAt: toSeconds(task.stoppedAtMs),
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    version: task.version,
    overrides: task.overrides,
    attachments: [],
    attributes: [{ name: "ecs.cpu-architecture", value: "x86_64" }],
    tags: withTags ? task.tags : [],
    enableExecuteCommand: false,
    healthStatus: "UNKNOWN",
    containers: [viewContainer(task)],
  };
}

function viewContainer(task: Task): Input {
  return {
    containerArn: `${task.arn.replace(":task/", ":container/")}/${deriveId(task, "container")}`,
    taskArn: task.arn,
    name: task.definition.container.name,
    image: task.definition.container.image,
    runtimeId: task.pullStoppedAtMs === undefined ? undefined : `${task.id}-${deriveId(task, "runtime").slice(0, 10)}`,
    lastStatus: viewContainerStatus(task),
    exitCode: task.exitCode,
    reason: task.containerReason,
    networkInterfaces: [],
    healthStatus: "UNKNOWN",
    cpu: "0",
  };
}

function viewContainerStatus(task: Task): string {
  if (task.lastStatus === "STOPPED" || task.exitCode !== undefined) return "STOPPED";
  return task.startedAtMs === undefined ? "PENDING" : "RUNNING";
}
