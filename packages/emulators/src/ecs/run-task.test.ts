import { RunTaskCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { makeClient, makeRunTask, runOne, startTestEcs, waitForStatus } from "./ecs-emulator.testkit.ts";

describe("RunTask", () => {
  it("runs the image as a process that is given the task's environment and nothing else", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const task = await runOne(client, { startedBy: "bot-t-1-a1", tags: [{ key: "k", value: "v" }] });
    expect(task).toMatchObject({ lastStatus: "PROVISIONING", desiredStatus: "RUNNING", startedBy: "bot-t-1-a1" });
    await waitForStatus(client, task.taskArn!, "RUNNING");
    expect(ecs.timeline.intervals()).toMatchObject([{ workload: task.taskArn, launchKey: "bot-t-1-a1", end: null }]);
  });

  it("answers a repeated clientToken with the first result and starts no second task", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const first = await runOne(client, { clientToken: "t1" });
    const second = await runOne(client, { clientToken: "t1" });
    expect(second.taskArn).toBe(first.taskArn);
    expect(ecs.tasks()).toHaveLength(1);
  });

  it("refuses a clientToken with other parameters and names the tasks that own it", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const first = await runOne(client, { clientToken: "t1" });
    await expect(runOne(client, { clientToken: "t1", startedBy: "other" })).rejects.toMatchObject({
      name: "ConflictException",
      resourceIds: [first.taskArn],
    });
  });

  it("forgets a clientToken after 24 hours and keeps the tokens of two clusters apart", async () => {
    let nowMs = Date.now();
    const clusters = [{ name: "bots" }, { name: "other" }];
    await using ecs = await startTestEcs({ clock: () => nowMs, clusters });
    const client = makeClient(ecs.url);
    const input = makeRunTask({ clientToken: "t1" });
    await client.send(new RunTaskCommand(input));
    await client.send(new RunTaskCommand({ ...input, cluster: "other" }));
    expect(ecs.tasks()).toHaveLength(2);
    nowMs += 86_400_001;
    await client.send(new RunTaskCommand(input));
    expect(ecs.tasks()).toHaveLength(3);
  });

  it("reports missing capacity and an exhausted vCPU quota as failures with HTTP 200", async () => {
    await using ecs = await startTestEcs({ settings: { onDemandCapacity: 1, spotVcpuQuota: 1 } });
    const client = makeClient(ecs.url);
    const full = await client.send(new RunTaskCommand(makeRunTask({ count: 2 })));
    expect(full.tasks).toHaveLength(1);
    expect(full.failures?.map(({ reason }) => reason)).toEqual([expect.stringMatching(/^Capacity is unavailable/)]);
    const spot = {
      launchType: undefined,
      count: 2,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }],
    };
    const quota = await client.send(new RunTaskCommand(makeRunTask(spot)));
    expect(quota.tasks).toMatchObject([{ capacityProviderName: "FARGATE_SPOT" }]);
    expect(quota.failures?.[0]?.reason).toMatch(/limit on the number of vCPUs/);
  });

  it("gives the same refusal for the same clientToken, even when capacity has come back", async () => {
    await using ecs = await startTestEcs({ settings: { onDemandCapacity: 0 } });
    const client = makeClient(ecs.url);
    await client.send(new RunTaskCommand(makeRunTask({ clientToken: "t1" })));
    ecs.settings.set({ onDemandCapacity: 1 });
    const again = await client.send(new RunTaskCommand(makeRunTask({ clientToken: "t1" })));
    expect(again.tasks).toEqual([]);
    expect(ecs.tasks()).toEqual([]);
  });

  it("does not fail over from Spot to on-demand inside one strategy", async () => {
    await using ecs = await startTestEcs({ settings: { spotCapacity: 0 } });
    const strategy = [
      { capacityProvider: "FARGATE_SPOT", weight: 1 },
      { capacityProvider: "FARGATE", weight: 1 },
    ];
    const input = makeRunTask({ launchType: undefined, capacityProviderStrategy: strategy });
    const answer = await makeClient(ecs.url).send(new RunTaskCommand(input));
    expect(answer.tasks).toEqual([]);
    expect(answer.failures?.[0]?.reason).toMatch(/^Capacity is unavailable/);
  });

  it("refuses more tasks in PROVISIONING than the cluster may have", async () => {
    await using ecs = await startTestEcs({ settings: { provisioningQuota: 1, provisioningMs: 60_000 } });
    const client = makeClient(ecs.url);
    await runOne(client);
    await expect(runOne(client)).rejects.toMatchObject({ name: "ClientException", message: /PROVISIONING/ });
  });

  it.each([
    ["both launch type and strategy", { capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }] }],
    ["an unassociated provider", strategyOf("mine")],
    ["a strategy without weight", { ...strategyOf("FARGATE", 0) }],
    ["eleven tasks", { count: 11 }],
    ["no network", { networkConfiguration: undefined }],
    ["a malformed subnet", { networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-x"] } } }],
    ["an unknown container", { overrides: { containerOverrides: [{ name: "other" }] } }],
    ["a command override", { overrides: { containerOverrides: [{ name: "bot", command: ["sh"] }] } }],
    ["overrides over 8192 characters", { overrides: longOverrides() }],
    ["a startedBy with a dot", { startedBy: "a.b" }],
    ["a clientToken over 64 characters", { clientToken: "x".repeat(65) }],
    ["an aws: tag", { tags: [{ key: "aws:x", value: "1" }] }],
    ["51 tags", { tags: Array.from({ length: 51 }, (_, index) => ({ key: `k${index}`, value: "" })) }],
    ["tags from a service", { propagateTags: "SERVICE" as const }],
    ["launch type EC2 without instances", { launchType: "EC2" as const }],
  ])("refuses %s as InvalidParameterException", async (_case, overrides) => {
    await using ecs = await startTestEcs();
    await expect(runOne(makeClient(ecs.url), overrides)).rejects.toMatchObject({ name: "InvalidParameterException" });
    expect(ecs.tasks()).toEqual([]);
  });

  it.each([
    ["an unknown cluster", { cluster: "none" }, "ClusterNotFoundException"],
    ["an unknown task definition", { taskDefinition: "none:1" }, "ClientException"],
    ["an unknown platform version", { platformVersion: "9.9.9" }, "PlatformUnknownException"],
  ])("refuses %s", async (_case, overrides, name) => {
    await using ecs = await startTestEcs();
    await expect(runOne(makeClient(ecs.url), overrides)).rejects.toMatchObject({ name });
  });
});

function strategyOf(capacityProvider: string, weight = 1) {
  return { launchType: undefined, capacityProviderStrategy: [{ capacityProvider, weight }] };
}

function longOverrides() {
  return { containerOverrides: [{ name: "bot", environment: [{ name: "A", value: "x".repeat(8192) }] }] };
}
