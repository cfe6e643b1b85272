import { createEcsEmulator, type EcsEmulator, type FaultRule } from "@milo/emulators";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Check } from "../platform-diagnosis.ts";
import { expectOnly, readChecks } from "../testing/diagnosis-bench.ts";
import { EcsDiagnosis } from "./ecs-diagnosis.ts";
import { DEFAULT_ECS_TIMEOUTS, type EcsSettings } from "./ecs-settings.ts";
import { emulatedSettings } from "./testing/emulated-settings.ts";

const UNPROVABLE = ["aws.permission.RunTask", "aws.permission.TagResource", "aws.permission.PassRole", "aws.quota"];

const answer = (operation: string, status: number, body: unknown): FaultRule => ({
  match: { operation },
  fault: "status",
  status,
  body,
});
const denied = (action: string): FaultRule =>
  answer(action, 400, {
    __type: "AccessDeniedException",
    message: `User: arn:aws:sts::123456789012:assumed-role/milo/session is not authorized to perform: ecs:${action}`,
  });
const definition = (fields: object): FaultRule =>
  answer("DescribeTaskDefinition", 200, {
    taskDefinition: {
      status: "ACTIVE",
      networkMode: "awsvpc",
      compatibilities: ["EC2", "FARGATE"],
      containerDefinitions: [{ name: "bot" }],
      ...fields,
    },
  });
const task = (taskDefinition: string, containerName = "bot") => {
  const one = { taskDefinition, containerName };
  return { taskDefinitions: { zoom: one, "google-meet": one, "microsoft-teams": one } };
};

type Break = { id: string; what: string; fault?: FaultRule; settings?: Partial<EcsSettings> };
const DEFINITION = "aws.task-definition.bot:1";
const BREAKS: readonly Break[] = [
  {
    id: "aws.credentials-source",
    what: "there are no credentials",
    settings: {
      credentials: () => Promise.reject(Object.assign(new Error("none"), { name: "CredentialsProviderError" })),
    },
  },
  { id: "aws.reach", what: "nothing answers at the endpoint", settings: { endpoint: "http://127.0.0.1:9" } },
  {
    id: "aws.reach",
    what: "a proxy answers in its place",
    fault: answer("DescribeClusters", 502, "<html>Bad Gateway</html>"),
  },
  {
    id: "aws.credentials",
    what: "the credentials have expired",
    fault: answer("DescribeClusters", 400, {
      __type: "ExpiredTokenException",
      message: "The security token is expired",
    }),
  },
  { id: "aws.cluster", what: "the cluster is not there", settings: { cluster: "other" } },
  {
    id: "aws.cluster",
    what: "Spot is wanted and the cluster has none",
    settings: { useSpot: true },
    fault: answer("DescribeClusters", 200, {
      clusters: [{ status: "ACTIVE", capacityProviders: ["FARGATE"] }],
      failures: [],
    }),
  },
  ...["DescribeClusters", "ListTasks", "DescribeTasks", "StopTask"].map((action) => ({
    id: `aws.permission.${action}`,
    what: `the policy lacks ecs:${action}`,
    fault: denied(action),
  })),
  { id: DEFINITION, what: "the task definition was deregistered", fault: definition({ status: "INACTIVE" }) },
  {
    id: DEFINITION,
    what: "the task definition is for EC2",
    fault: definition({ networkMode: "bridge", compatibilities: ["EC2"] }),
  },
  { id: DEFINITION, what: "the bot's container has another name", settings: task("bot:1", "attendee") },
  { id: "aws.task-definition.bot:7", what: "there is no such revision", settings: task("bot:7") },
  { id: "aws.network", what: "a subnet's id is none", settings: { subnets: ["my-subnet"] } },
  { id: "aws.network", what: "a security group's id is none", settings: { securityGroups: ["default"] } },
];

describe("the check-up of ECS", () => {
  let emulator: EcsEmulator;
  let whole: Check[];
  beforeAll(async () => {
    const container = { name: "bot", image: "registry.example/bot:1" };
    emulator = await createEcsEmulator({
      images: {},
      taskDefinitions: [
        {
          family: "bot",
          networkMode: "awsvpc",
          requiresCompatibilities: ["FARGATE"],
          cpu: "1024",
          memory: "2048",
          containerDefinitions: [container],
        },
      ],
    });
    whole = await examine(emulator);
  });
  afterEach(() => emulator.faults.clear());
  afterAll(() => emulator.close());

  it("finds nothing wrong with an account that is as it should be, and says plainly what it cannot prove", () => {
    expect(whole.filter(({ status }) => status !== "ok").map(({ id, status }) => [id, status])).toEqual(
      UNPROVABLE.map((id) => [id, "skipped"]),
    );
    expect(whole.find(({ id }) => id === "aws.quota")?.fix).toContain("5 bots of 1 vCPU: 5");
  });

  it.each(BREAKS)("sees by $id alone that $what", async ({ id, fault, settings }) => {
    if (fault !== undefined) emulator.faults.add(fault);
    expectOnly(await examine(emulator, settings), [...whole, { id, status: "fail", seen: "" }], id, "fail");
  });

  it("has every check broken at least once above that can be proven", () => {
    const broken = [...BREAKS.map(({ id }) => id), ...UNPROVABLE];
    expect(whole.map(({ id }) => id).filter((id) => !broken.includes(id))).toEqual([]);
  });

  it("starts and stops nothing, and needs no action beyond the dispatcher's policy", async () => {
    emulator.faults.add(denied("DescribeTaskDefinition"));
    const seen = await examine(emulator);
    expect(seen.filter(({ status }) => status === "fail" || status === "warn")).toEqual([]);
    expect(seen.find(({ id }) => id === DEFINITION)).toMatchObject({ status: "skipped" });
    expect(emulator.tasks()).toEqual([]);
    expect(emulator.requests().map(({ operation }) => operation)).not.toContain("RunTask");
  });
});

function examine(emulator: EcsEmulator, settings: Partial<EcsSettings> = {}): Promise<Check[]> {
  const all: EcsSettings = {
    ...emulatedSettings(emulator),
    installationId: "abc234",
    timeouts: DEFAULT_ECS_TIMEOUTS,
    ...settings,
  };
  return readChecks(new EcsDiagnosis(all, { limit: 5, launchConcurrency: 10, miloUrl: "https://milo.example.com" }));
}
