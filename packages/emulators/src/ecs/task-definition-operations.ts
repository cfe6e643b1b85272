import { clientError, invalidParameter } from "./errors.ts";
import { checkFargateSize } from "./fargate-sizes.ts";
import { type Input, readNumber, readObjects, readString, readStrings } from "./input.ts";
import type { ContainerDefinition, TaskDefinition } from "./model.ts";
import { readKeyValues } from "./run-task-request.ts";
import type { EcsStore } from "./store.ts";
import { readTags } from "./tags.ts";

const DEFAULT_STOP_TIMEOUT_S = 30;
const MIN_STOP_TIMEOUT_S = 2;
const MAX_STOP_TIMEOUT_S = 120;
const FAMILY = /^[A-Za-z0-9_-]{1,255}$/;
const ECHOED = ["executionRoleArn", "taskRoleArn", "runtimePlatform", "ephemeralStorage", "volumes"];

/** RegisterTaskDefinition for Fargate tasks of one container. */
export function registerTaskDefinition(store: EcsStore, input: Input, nowMs: number): Input {
  const family = readString(input, "family") ?? "";
  if (!FAMILY.test(family)) throw clientError("Family must be 1 to 255 letters, numbers, underscores, hyphens.");
  const compatibilities = readStrings(input, "requiresCompatibilities");
  const cpu = readString(input, "cpu") ?? "";
  const memory = readString(input, "memory") ?? "";
  if (readString(input, "networkMode") !== "awsvpc") {
    throw clientError("Fargate only supports network mode ‘awsvpc’.");
  }
  if (cpu === "" || memory === "") {
    throw clientError("Fargate requires that 'cpu' and 'memory' be defined at the task level.");
  }
  checkFargateSize(cpu, memory);
  const container = readContainer(readObjects(input, "containerDefinitions"));
  const revisions = store.definitions.get(family) ?? [];
  const revision = revisions.length + 1;
  const definition: TaskDefinition = {
    arn: store.arn(`task-definition/${family}:${revision}`),
    family,
    revision,
    status: "ACTIVE",
    cpu,
    memory,
    container,
    requiresCompatibilities: compatibilities,
    tags: readTags(input),
    registeredAtMs: nowMs,
    echoed: Object.fromEntries(ECHOED.filter((field) => field in input).map((field) => [field, input[field]])),
  };
  store.definitions.set(family, [...revisions, definition]);
  return { taskDefinition: viewDefinition(definition), tags: definition.tags };
}

function readContainer(definitions: Input[]): ContainerDefinition {
  const [definition, ...others] = definitions;
  if (definition === undefined) throw clientError("Container definitions cannot be empty.");
  if (others.length > 0) throw clientError("This emulator runs tasks of one container.");
  const image = readString(definition, "image") ?? "";
  const name = readString(definition, "name") ?? "";
  if (image === "" || name === "") throw clientError("Container.image and Container.name should not be null or empty.");
  const stopTimeout = readNumber(definition, "stopTimeout") ?? DEFAULT_STOP_TIMEOUT_S;
  if (stopTimeout < MIN_STOP_TIMEOUT_S || stopTimeout > MAX_STOP_TIMEOUT_S) {
    throw clientError(`stopTimeout must be between ${MIN_STOP_TIMEOUT_S} and ${MAX_STOP_TIMEOUT_S} on Fargate.`);
  }
  return { name, image, essential: true, environment: readKeyValues(definition, "environment"), stopTimeout };
}

/** DescribeTaskDefinition. Throws ClientException for an unknown one. */
export function describeTaskDefinition(store: EcsStore, input: Input): Input {
  const definition = store.findDefinition(readString(input, "taskDefinition") ?? "");
  if (definition === undefined) throw clientError("Unable to describe task definition.");
  const withTags = readStrings(input, "include").includes("TAGS");
  return { taskDefinition: viewDefinition(definition), ...(withTags ? { tags: definition.tags } : {}) };
}

/** DeregisterTaskDefinition: the revision becomes INACTIVE. */
export function deregisterTaskDefinition(store: EcsStore, input: Input): Input {
  const reference = readString(input, "taskDefinition") ?? "";
  if (!/:\d+$/.test(reference)) throw invalidParameter("A revision must be given.");
  const definition = store.findDefinition(reference);
  if (definition === undefined) throw clientError("Unable to describe task definition.");
  definition.status = "INACTIVE";
  return { taskDefinition: viewDefinition(definition) };
}

/** ListTaskDefinitions: ARNs, oldest first, by family prefix and status; one page. */
export function listTaskDefinitions(store: EcsStore, input: Input): Input {
  const prefix = readString(input, "familyPrefix");
  const status = readString(input, "status") ?? "ACTIVE";
  const all = [...store.definitions.values()].flat();
  const found = all.filter((one) => one.status === status && (prefix === undefined || one.family === prefix));
  return { taskDefinitionArns: found.map(({ arn }) => arn) };
}

function viewDefinition(definition: TaskDefinition): Input {
  const { container } = definition;
  return {
    taskDefinitionArn: definition.arn,
    family: definition.family,
    revision: definition.revision,
    status: definition.status,
    cpu: definition.cpu,
    memory: definition.memory,
    networkMode: "awsvpc",
    requiresCompatibilities: definition.requiresCompatibilities,
    compatibilities: ["EC2", "FARGATE"],
    registeredAt: definition.registeredAtMs / 1000,
    placementConstraints: [],
    ...definition.echoed,
    containerDefinitions: [
      {
        name: container.name,
        image: container.image,
        cpu: 0,
        essential: container.essential,
        environment: container.environment,
        stopTimeout: container.stopTimeout,
        portMappings: [],
        mountPoints: [],
        volumesFrom: [],
      },
    ],
  };
}
