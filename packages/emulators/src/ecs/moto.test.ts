import {
  CreateClusterCommand,
  DescribeClustersCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  type ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
} from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import {
  makeClient,
  makeDefinition,
  makeRunTask,
  SUBNET,
  startTestEcs,
  waitForStatus,
} from "./ecs-emulator.testkit.ts";
import { hasMoto, startMoto } from "./moto.testkit.ts";

const isInstalled = hasMoto();
process.stdout.write(`moto_server: ${isInstalled ? "compared with the emulator" : "not installed, not compared"}\n`);

/** What both implement, told in values that do not depend on generated ids. */
async function tellStory(client: ECSClient, subnet: string): Promise<Record<string, unknown>> {
  const definition = makeDefinition("story", "test/sleeper:1");
  // Optional on Fargate; moto_server adds it up without looking.
  const [container] = definition.containerDefinitions as Record<string, unknown>[];
  Object.assign(container ?? {}, { memory: 2048 });
  const registered = await client.send(new RegisterTaskDefinitionCommand(definition as never));
  const described = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: "story" }));
  const run = await client.send(
    new RunTaskCommand(
      makeRunTask({
        taskDefinition: "story:1",
        startedBy: "mine",
        tags: [{ key: "k", value: "v" }],
        networkConfiguration: { awsvpcConfiguration: { subnets: [subnet], securityGroups: [] } },
      }),
    ),
  );
  const taskArn = run.tasks?.[0]?.taskArn ?? "";
  await waitForStatus(client, taskArn, "RUNNING");
  const input = { cluster: "bots", tasks: [taskArn], include: ["TAGS" as const] };
  const [running] = (await client.send(new DescribeTasksCommand(input))).tasks ?? [];
  const listed = await client.send(new ListTasksCommand({ cluster: "bots", startedBy: "mine" }));
  const clusters = await client.send(new DescribeClustersCommand({ clusters: ["bots", "none"] }));
  const stopped = await client.send(new StopTaskCommand({ cluster: "bots", task: taskArn, reason: "enough" }));
  const unknownCluster = await client
    .send(new ListTasksCommand({ cluster: "none" }))
    .catch((error: Error) => error.name);
  return {
    family: registered.taskDefinition?.family,
    revision: registered.taskDefinition?.revision,
    status: described.taskDefinition?.status,
    arnTail: described.taskDefinition?.taskDefinitionArn?.split("/").at(-1),
    compatibilities: described.taskDefinition?.requiresCompatibilities,
    counts: [run.tasks?.length, run.failures?.length],
    arnForm: taskArn.replace(/[0-9a-f-]{32,36}$/, "ID"),
    task: {
      startedBy: running?.startedBy,
      lastStatus: running?.lastStatus,
      desiredStatus: running?.desiredStatus,
      launchType: running?.launchType,
      tags: running?.tags,
      definition: running?.taskDefinitionArn === described.taskDefinition?.taskDefinitionArn,
      environment: running?.overrides?.containerOverrides?.[0]?.environment,
    },
    listed: listed.taskArns?.map((arn) => arn === taskArn),
    cluster: clusters.clusters?.map(({ clusterName, status }) => [clusterName, status]),
    missing: clusters.failures?.map(({ reason }) => reason),
    stopped: [stopped.task?.desiredStatus, stopped.task?.stoppedReason],
    unknownCluster,
  };
}

describe.runIf(isInstalled)("the emulator beside moto_server", () => {
  it("tells the same story where both support the calls", { timeout: 90_000 }, async () => {
    await using moto = await startMoto();
    await using ecs = await startTestEcs({ taskDefinitions: [] });
    const motoClient = makeClient(moto.url, {
      requestHandler: { requestTimeout: 20_000, throwOnRequestTimeout: true },
    });
    await motoClient.send(new CreateClusterCommand({ clusterName: "bots" }));
    const theirs = await tellStory(motoClient, moto.subnet);
    expect(await tellStory(makeClient(ecs.url), SUBNET)).toEqual(theirs);
  });
});
