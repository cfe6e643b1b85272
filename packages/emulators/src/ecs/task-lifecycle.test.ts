import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it, vi } from "vitest";
import { sentinelImage } from "../runtime/sentinels.ts";
import { makeClient, makeDefinition, runOne, startTestEcs, waitForStatus } from "./ecs-emulator.testkit.ts";

describe("the life of a task", () => {
  it("ends with the container's exit code when the container exits", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const task = await runOne(client, { taskDefinition: "exits" });
    expect(await waitForStatus(client, task.taskArn!, "STOPPED")).toMatchObject({
      desiredStatus: "STOPPED",
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ exitCode: 3, lastStatus: "STOPPED" }],
    });
  });

  it("sends SIGTERM on StopTask and keeps the given reason", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const task = await runOne(client);
    await waitForStatus(client, task.taskArn!, "RUNNING");
    const stop = new StopTaskCommand({ cluster: "bots", task: task.taskArn, reason: "no longer needed" });
    const { task: stopping } = await client.send(stop);
    expect(stopping).toMatchObject({ lastStatus: "STOPPING", desiredStatus: "STOPPED" });
    expect(await waitForStatus(client, task.taskArn!, "STOPPED")).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "no longer needed",
    });
    await client.send(stop);
  });

  it("kills a container that ignores SIGTERM after its stopTimeout, which then counts as exit 137", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const task = await runOne(client, { taskDefinition: "stubborn" });
    await vi.waitFor(() => expect(ecs.logs(task.taskArn!)).toEqual(["up"]));
    const sentAt = Date.now();
    await client.send(new StopTaskCommand({ cluster: "bots", task: task.taskArn }));
    const stopped = await waitForStatus(client, task.taskArn!, "STOPPED");
    expect(stopped.containers?.[0]?.exitCode).toBe(137);
    expect(ecs.timeline.intervals()[0]?.end).toBeGreaterThanOrEqual(sentAt + 2_000);
  });

  it("never starts the container of a task that is stopped while it is provisioned", async () => {
    await using ecs = await startTestEcs({ settings: { provisioningMs: 60_000 } });
    const client = makeClient(ecs.url);
    const task = await runOne(client);
    await client.send(new StopTaskCommand({ cluster: "bots", task: task.taskArn }));
    const stopped = await waitForStatus(client, task.taskArn!, "STOPPED");
    expect(stopped.containers?.[0]).not.toHaveProperty("exitCode");
    expect(ecs.timeline.intervals()).toEqual([]);
  });

  it("is MISSING while new, listed when visible, and MISSING again after its retention", async () => {
    let nowMs = Date.now();
    await using ecs = await startTestEcs({ clock: () => nowMs, settings: { visibilityDelayMs: 5_000 } });
    const client = makeClient(ecs.url);
    const { taskArn } = await runOne(client, { taskDefinition: "exits", startedBy: "mine" });
    const describeTask = new DescribeTasksCommand({ cluster: "bots", tasks: [taskArn!] });
    const missing = { tasks: [], failures: [{ arn: taskArn, reason: "MISSING" }] };
    expect(await client.send(describeTask)).toMatchObject(missing);
    nowMs += 5_000;
    await waitForStatus(client, taskArn!, "STOPPED");
    const listStopped = new ListTasksCommand({ cluster: "bots", family: "exits", desiredStatus: "STOPPED" });
    expect((await client.send(listStopped)).taskArns).toEqual([taskArn]);
    nowMs += 3_600_000;
    expect(await client.send(describeTask)).toMatchObject(missing);
    await expect(client.send(new StopTaskCommand({ cluster: "bots", task: taskArn }))).rejects.toMatchObject({
      name: "InvalidParameterException",
      message: "The referenced task was not found.",
    });
  });

  it.each([
    ["cannot-pull-container", "TaskFailedToStart", /^CannotPullContainerError/],
    ["resource-initialization", "TaskFailedToStart", /^ResourceInitializationError/],
    ["network-interface-timeout", "TaskFailedToStart", /^Timeout waiting for network interface/],
    ["host-retirement", "InfrastructureHealth", /maintenance/],
    ["out-of-memory", "EssentialContainerExited", /^Essential container/],
    ["spot-interruption", "SpotInterruption", /^Your Spot Task was interrupted/],
  ] as const)("fails as sentinel %s says", async (tag, stopCode, reason) => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const definition = makeDefinition("sentinel", sentinelImage("test/sleeper", tag));
    await client.send(new RegisterTaskDefinitionCommand(definition as never));
    const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", weight: 1 }];
    const overrides = { taskDefinition: "sentinel", launchType: undefined, capacityProviderStrategy };
    const { taskArn } = await runOne(client, overrides);
    const stopped = await waitForStatus(client, taskArn!, "STOPPED");
    expect(stopped.stopCode).toBe(stopCode);
    expect(stopped.stoppedReason).toMatch(reason);
    const [container] = stopped.containers ?? [];
    if (tag === "out-of-memory") expect(container).toMatchObject({ exitCode: 137, reason: /^OutOfMemoryError/ });
    if (stopCode === "TaskFailedToStart") expect(ecs.timeline.intervals()).toEqual([]);
  });
});
