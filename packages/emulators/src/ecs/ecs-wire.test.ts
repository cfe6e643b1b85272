import { DescribeClustersCommand, DescribeTasksCommand, ListTasksCommand } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { makeClient, runOne, startTestEcs } from "./ecs-emulator.testkit.ts";
import { ECS_FAULT_RESPONSES, type EcsFaultName } from "./faults.ts";

const SIGNATURE = `AWS4-HMAC-SHA256 Credential=AKIATEST/20250101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`;

async function call(url: string, operation: string, body: string, authorization?: string) {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AmazonEC2ContainerServiceV20141113.${operation}`,
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
  });
  return {
    status: response.status,
    type: response.headers.get("content-type"),
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe("the ECS wire protocol", () => {
  it("refuses unsigned and malformed requests with the service's own errors", async () => {
    await using ecs = await startTestEcs({ accessKeyIds: ["AKIATEST"] });
    expect(await call(ecs.url, "ListTasks", "{}")).toMatchObject({
      status: 400,
      type: "application/x-amz-json-1.1",
      body: { __type: "MissingAuthenticationTokenException" },
    });
    const other = SIGNATURE.replace("AKIATEST", "AKIAOTHER");
    expect((await call(ecs.url, "ListTasks", "{}", other)).body.__type).toBe("UnrecognizedClientException");
    expect((await call(ecs.url, "Nothing", "{}", SIGNATURE)).body.__type).toBe("UnknownOperationException");
    expect((await call(ecs.url, "ListTasks", "{", SIGNATURE)).body.__type).toBe("SerializationException");
    expect((await call(ecs.url, "ListTasks", '{"cluster":1}', SIGNATURE)).body.__type).toBe("SerializationException");
    expect((await call(ecs.url, "ListTasks", '{"cluster":"bots"}', SIGNATURE)).body).toEqual({ taskArns: [] });
  });

  it("pages ListTasks and takes startedBy only alone", async () => {
    await using ecs = await startTestEcs({ settings: { provisioningMs: 60_000 } });
    const client = makeClient(ecs.url);
    const arns: (string | undefined)[] = [];
    for (let index = 0; index < 3; index += 1) arns.push((await runOne(client, { startedBy: "mine" })).taskArn);
    const first = await client.send(new ListTasksCommand({ cluster: "bots", startedBy: "mine", maxResults: 2 }));
    const nextToken = first.nextToken;
    expect(nextToken).toBeDefined();
    const rest = await client.send(
      new ListTasksCommand({ cluster: "bots", startedBy: "mine", maxResults: 2, nextToken }),
    );
    expect([...(first.taskArns ?? []), ...(rest.taskArns ?? [])]).toEqual(arns);
    expect(rest.nextToken).toBeUndefined();
    const both = new ListTasksCommand({ cluster: "bots", startedBy: "mine", desiredStatus: "STOPPED" });
    await expect(client.send(both)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("describes at most 100 tasks and shows tags only when asked", async () => {
    await using ecs = await startTestEcs();
    const client = makeClient(ecs.url);
    const { taskArn } = await runOne(client, { tags: [{ key: "k", value: "v" }] });
    const input = { cluster: "bots", tasks: [taskArn!] };
    expect((await client.send(new DescribeTasksCommand(input))).tasks?.[0]?.tags).toEqual([]);
    const withTags = await client.send(new DescribeTasksCommand({ ...input, include: ["TAGS"] }));
    expect(withTags.tasks?.[0]?.tags).toEqual([{ key: "k", value: "v" }]);
    const tooMany = new DescribeTasksCommand({ cluster: "bots", tasks: Array.from({ length: 101 }, (_, i) => `${i}`) });
    await expect(client.send(tooMany)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  it("counts running and pending tasks of a cluster and reports unknown clusters as MISSING", async () => {
    await using ecs = await startTestEcs({ settings: { provisioningMs: 60_000 } });
    const client = makeClient(ecs.url);
    await runOne(client);
    const answer = await client.send(new DescribeClustersCommand({ clusters: ["bots", "none"] }));
    expect(answer.clusters).toMatchObject([{ clusterName: "bots", status: "ACTIVE", pendingTasksCount: 1 }]);
    expect(answer.failures).toMatchObject([{ reason: "MISSING" }]);
  });

  it.each(Object.keys(ECS_FAULT_RESPONSES) as EcsFaultName[])("answers as %s when told to, once", async (failure) => {
    await using ecs = await startTestEcs();
    const response = await fetch(`${ecs.url}/_emulator/fail`, {
      method: "POST",
      body: JSON.stringify({ operation: "RunTask", failure, times: 1 }),
    });
    expect(response.status).toBe(200);
    await expect(runOne(makeClient(ecs.url))).rejects.toThrow();
    expect(ecs.tasks()).toEqual([]);
    await runOne(makeClient(ecs.url));
    expect(ecs.tasks()).toHaveLength(1);
  });

  it("can do the work and lose the answer, so that only the clientToken finds the task", async () => {
    await using ecs = await startTestEcs();
    ecs.faults.add({ match: { operation: "RunTask" }, fault: "reset-after", times: 1 });
    ecs.faults.add({ match: { operation: "RunTask" }, fault: "timeout-after", times: 1 });
    const client = makeClient(ecs.url, { requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true } });
    await expect(runOne(client, { clientToken: "a" })).rejects.toMatchObject({ name: "TimeoutError" });
    await expect(runOne(client, { clientToken: "b" })).rejects.toMatchObject({ name: "TimeoutError" });
    expect(ecs.tasks()).toHaveLength(2);
    const found = await runOne(client, { clientToken: "a" });
    expect(found.taskArn).toBe(ecs.tasks()[0]?.arn);
    expect(ecs.tasks()).toHaveLength(2);
  });
});
