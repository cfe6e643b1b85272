import {
  DescribeTasksCommand,
  ECSClient,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from "@aws-sdk/client-ecs";
import { createEcsEmulator, type EcsEmulator, type EcsEmulatorOptions } from "./ecs-emulator.ts";

const NODE = process.execPath;

/** Commands the tests run as containers. */
export const TEST_IMAGES: Record<string, string[]> = {
  "test/sleeper": [NODE, "-e", "setInterval(() => {}, 1000); process.on('SIGTERM', () => process.exit(0));"],
  "test/stubborn": [NODE, "-e", "setInterval(() => {}, 1000); process.on('SIGTERM', () => {}); console.log('up');"],
  "test/exit-3": [NODE, "-e", "process.exit(3)"],
};

export const SUBNET = "subnet-0123456789abcdef0";

/** A RegisterTaskDefinition request for one Fargate container of an image. */
export function makeDefinition(family: string, image: string, stopTimeout = 2): Record<string, unknown> {
  return {
    family,
    cpu: "1024",
    memory: "2048",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    containerDefinitions: [{ name: "bot", image, essential: true, stopTimeout, environment: [] }],
  };
}

export async function startTestEcs(options: Partial<EcsEmulatorOptions> = {}): Promise<EcsEmulator> {
  return createEcsEmulator({
    images: TEST_IMAGES,
    taskDefinitions: [
      makeDefinition("bot", "test/sleeper:1"),
      makeDefinition("stubborn", "test/stubborn:1"),
      makeDefinition("exits", "test/exit-3:1"),
      makeDefinition("unknown", "test/not-there:1"),
    ],
    ...options,
  });
}

export function makeClient(url: string, overrides: Record<string, unknown> = {}): ECSClient {
  return new ECSClient({
    endpoint: url,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIATEST", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: { requestTimeout: 2_000, throwOnRequestTimeout: true },
    ...overrides,
  });
}

export function makeRunTask(overrides: Partial<RunTaskCommandInput> = {}): RunTaskCommandInput {
  return {
    cluster: "bots",
    taskDefinition: "bot:1",
    launchType: "FARGATE",
    networkConfiguration: { awsvpcConfiguration: { subnets: [SUBNET] } },
    overrides: {
      containerOverrides: [{ name: "bot", environment: [{ name: "MILO_LAUNCH_KEY", value: "bot-t-1-a1" }] }],
    },
    ...overrides,
  };
}

/** Runs one task and returns it. */
export async function runOne(client: ECSClient, overrides: Partial<RunTaskCommandInput> = {}): Promise<Task> {
  const { tasks = [], failures = [] } = await client.send(new RunTaskCommand(makeRunTask(overrides)));
  const [task] = tasks;
  if (task === undefined) throw new Error(`no task: ${JSON.stringify(failures)}`);
  return task;
}

/** Describes a task until it has the status; fails after 10 s. */
export async function waitForStatus(client: ECSClient, taskArn: string, status: string): Promise<Task> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const { tasks = [] } = await client.send(new DescribeTasksCommand({ cluster: "bots", tasks: [taskArn] }));
    const [task] = tasks;
    if (task?.lastStatus === status) return task;
    if (Date.now() > giveUpAt) throw new Error(`still ${task?.lastStatus}, not ${status}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
