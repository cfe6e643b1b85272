import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RenderedRequest } from "../platform-service.ts";
import { EcsPlatformService } from "./ecs-platform-service.ts";
import { ecsSettings, launchOf } from "./testing/ecs-wire.ts";
import { findMotoNetwork, hasMotoServer, type MotoServer, openMotoServer } from "./testing/moto-server.ts";

const hasMoto = hasMotoServer();
process.stdout.write(
  hasMoto
    ? "ECS at moto_server: runs\n"
    : "ECS at moto_server: skipped, moto_server is not on PATH (pip install 'moto[server]')\n",
);
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const SECRETS = { attemptToken: "token-of-an-attempt" };
const SIGNAL = new AbortController().signal;

/**
 * A second opinion on the wire, by an ECS that others wrote. It models no client tokens, no failures, no stop codes
 * and no capacity providers, so only what follows is asked of it.
 */
describe.skipIf(!hasMoto)("ECS at moto_server", () => {
  let moto: MotoServer;
  let probe: ECSClient;
  let service: EcsPlatformService;

  beforeAll(async () => {
    moto = await openMotoServer();
    probe = new ECSClient({ region: "eu-central-1", endpoint: moto.url, credentials: CREDENTIALS });
    await probe.send(new CreateClusterCommand({ clusterName: "bots" }));
    await probe.send(
      new RegisterTaskDefinitionCommand({
        family: "bot",
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "256",
        memory: "512",
        // moto adds up the containers' own memory and fails without it.
        containerDefinitions: [{ name: "bot", image: "registry.example/bot:1", essential: true, memory: 512 }],
      }),
    );
    service = new EcsPlatformService(await settingsOf(moto.url));
  }, 60_000);

  afterAll(async () => {
    service?.close();
    probe?.destroy();
    await moto?.close();
  });

  async function create(botId: number): Promise<{ identifier: string; launchKey: string; request: RenderedRequest }> {
    const launchKey = `bot-abc234-${botId}-a1`;
    const request = service.render(launchOf({ launchKey, botId }));
    const made = await service.create(request, SECRETS, { resend: false, signal: SIGNAL });
    if (made.kind !== "created") throw new Error(`create answered ${JSON.stringify(made)}`);
    return { identifier: made.identifier, launchKey, request };
  }

  it("creates, finds by identifier and by key, lists and stops a task until it is gone", async () => {
    const ref = await create(1);
    const found = await service.find(ref);
    expect(found).toMatchObject({ kind: "found", workload: { identifier: ref.identifier, launchKey: ref.launchKey } });
    expect(await service.find({ ...ref, identifier: null })).toEqual(found);
    const listed = await service.list();
    expect(listed).toMatchObject({ kind: "listed", workloads: [{ launchKey: ref.launchKey }] });
    let stopped = await service.stop(ref);
    while (stopped.kind === "stopping") stopped = await service.stop(ref);
    expect(stopped).toEqual({ kind: "gone" });
  });

  it("lists more tasks than one page holds, and none of somebody else's", async () => {
    const made = new Set<string>();
    for (let botId = 1_000; botId < 1_101; botId += 1) made.add((await create(botId)).identifier);
    const foreign = { cluster: "bots", taskDefinition: "bot", launchType: "FARGATE" as const, startedBy: "them" };
    const awsvpcConfiguration = await findMotoNetwork(moto.url);
    const theirs = await probe.send(new RunTaskCommand({ ...foreign, networkConfiguration: { awsvpcConfiguration } }));
    const listed = await service.list();
    if (listed.kind !== "listed") throw new Error(listed.reason);
    const identifiers = listed.workloads.map((workload) => workload.identifier);
    expect(identifiers).toEqual(expect.arrayContaining([...made]));
    const task = theirs.tasks?.[0]?.taskArn ?? "";
    expect(identifiers).not.toContain(task);
    const described = await probe.send(new DescribeTasksCommand({ cluster: "bots", tasks: [task] }));
    expect(described.tasks).toHaveLength(1);
  }, 60_000);

  it("takes a cluster that is not there for a fault of the settings, and is unhealthy", async () => {
    const lost = new EcsPlatformService({ ...(await settingsOf(moto.url)), cluster: "nowhere" });
    const made = await lost.create(lost.render(launchOf()), SECRETS, { resend: false, signal: SIGNAL });
    expect(made).toMatchObject({ kind: "failed", class: "config" });
    expect((await lost.checkHealth()).healthy).toBe(false);
    expect((await service.checkHealth()).healthy).toBe(true);
    lost.close();
  });
});

async function settingsOf(url: string) {
  const bot = { taskDefinition: "bot:1", containerName: "bot" };
  const taskDefinitions = { zoom: bot, "google-meet": bot, "microsoft-teams": bot };
  return ecsSettings({ endpoint: url, credentials: CREDENTIALS, taskDefinitions, ...(await findMotoNetwork(url)) });
}
