import { DescribeTasksCommand, ECSClient, RunTaskCommand } from "@aws-sdk/client-ecs";
import { createEcsEmulator, type EcsEmulator, sentinelImage } from "@milo/emulators";
import type { PlatformHarness, ServiceOptions } from "../../testing/platform-harness.ts";
import { EcsPlatformService } from "../ecs-platform-service.ts";
import type { EcsSettings } from "../ecs-settings.ts";
import { TASK_BATCH_SIZE } from "../ecs-tasks.ts";
import { ecsSettings, launchOf } from "./ecs-wire.ts";

const INSTALLATION_ID = "abc234";
const CREDENTIALS = { accessKeyId: "AKIATESTTESTTESTTEST", secretAccessKey: "secret" };
const NETWORK = { subnets: ["subnet-0a1b2c3d4e5f60718"], securityGroups: ["sg-0a1b2c3d4e5f60718"] };
const REFUSALS = { capacity: "capacity", throttled: "throttled", auth: "access-denied" } as const;
const SIGNALS: Readonly<Record<string, string>> = { stop_requested: "SIGTERM", killed: "SIGKILL" };
/** One task more than ListTasks puts on a page and DescribeTasks takes. */
const MORE_THAN_ONE_PAGE = TASK_BATCH_SIZE + 1;

type Emulator = EcsEmulator;

/** The port's contract harness over an ECS emulator whose containers are processes that sleep. */
export async function openEmulatedEcs(overrides: Partial<EcsSettings> = {}): Promise<PlatformHarness> {
  const emulator = await createEcsEmulator({
    images: { "registry.example/bot": ["sleep", "600"] },
    taskDefinitions: [
      taskDefinition("bot", "registry.example/bot:1"),
      taskDefinition("bot-missing", sentinelImage("registry.example/bot", "cannot-pull-container")),
    ],
    // An hour on AWS: long enough here to be seen stopped, short enough to see that nothing is left.
    settings: { stoppedRetentionMs: 2_000 },
  });
  const services: EcsPlatformService[] = [];
  const probe = new ECSClient({ region: "eu-central-1", endpoint: emulator.url, credentials: CREDENTIALS });
  return {
    installationId: INSTALLATION_ID,
    createIsInert: false,
    moreThanOnePage: MORE_THAN_ONE_PAGE,
    patienceMs: 15_000,
    service: (options = {}) => {
      const service = new EcsPlatformService(settingsOf(emulator, options, overrides));
      services.push(service);
      return service;
    },
    witness: async (launchKey) => sightingsOf(emulator, launchKey),
    faults: faultsOf(emulator),
    plantForeign: (launchKey) => plantForeign(probe, launchKey),
    close: async () => {
      for (const service of services) service.close();
      probe.destroy();
      await emulator.close();
    },
  };
}

function settingsOf(emulator: Emulator, options: ServiceOptions, overrides: Partial<EcsSettings>): EcsSettings {
  const bot = { taskDefinition: options.image === "missing" ? "bot-missing:1" : "bot:1", containerName: "bot" };
  const callMs = options.timeoutMs ?? 10_000;
  return ecsSettings({
    ...NETWORK,
    installationId: options.installationId ?? INSTALLATION_ID,
    endpoint: options.endpoint === "nobody" ? "http://127.0.0.1:1" : emulator.url,
    taskDefinitions: { zoom: bot, "google-meet": bot, "microsoft-teams": bot },
    credentials: CREDENTIALS,
    timeouts: { connectMs: callMs, requestMs: callMs, callMs },
    ...overrides,
  });
}

function taskDefinition(family: string, image: string): Record<string, unknown> {
  return {
    family,
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "bot", image, essential: true, stopTimeout: 5 }],
  };
}

function sightingsOf(emulator: Emulator, launchKey: string) {
  const entries = emulator.timeline.entries().filter((entry) => entry.launchKey === launchKey);
  const intervals = emulator.timeline.intervals().filter((interval) => interval.launchKey === launchKey);
  return {
    starts: intervals.length,
    running: intervals.filter((interval) => interval.end === null).length,
    signals: entries.flatMap((entry) => SIGNALS[entry.kind] ?? []),
  };
}

function faultsOf(emulator: Emulator): PlatformHarness["faults"] {
  const operations = { create: "RunTask", start: "RunTask", list: "ListTasks" };
  const body = { __type: "AccessDeniedException", message: "not authorized" };
  return {
    hang: async (call) => emulator.faults.add({ match: { operation: operations[call] }, fault: "timeout-before" }),
    loseAnswerOfCreate: async () => {
      emulator.faults.add({ match: { operation: "RunTask" }, fault: "timeout-after", times: 1 });
    },
    refuseCreate: async (refusal) => emulator.fail("RunTask", REFUSALS[refusal], 1),
    failSecondPage: async () => {
      emulator.faults.add({ match: { operation: "DescribeTasks" }, fault: "status", status: 400, body, times: 1 });
    },
    clear: async () => emulator.faults.clear(),
  };
}

/** Somebody else's task that owns the client token of our launch. */
async function plantForeign(probe: ECSClient, launchKey: string): Promise<() => Promise<boolean>> {
  const ours = new EcsPlatformService(ecsSettings());
  const { input } = ours.render(launchOf({ launchKey })) as { input: { clientToken: string } };
  ours.close();
  const ran = await probe.send(
    new RunTaskCommand({
      cluster: "bots",
      taskDefinition: "bot:1",
      launchType: "FARGATE",
      networkConfiguration: { awsvpcConfiguration: NETWORK },
      clientToken: input.clientToken,
      startedBy: "somebody-else",
    }),
  );
  const task = ran.tasks?.[0]?.taskArn ?? "";
  return async () => {
    const described = await probe.send(new DescribeTasksCommand({ cluster: "bots", tasks: [task] }));
    return described.tasks?.[0]?.desiredStatus === "RUNNING";
  };
}
