import { invalidParameter } from "./errors.ts";
import { type Input, readBoolean, readNumber, readObject, readObjects, readString, readStrings } from "./input.ts";
import type { CapacityProviderStrategyItem, KeyValue, Tag, TaskDefinition } from "./model.ts";
import { readTags } from "./tags.ts";

const MAX_COUNT = 10;
const MAX_OVERRIDES_CHARS = 8192;
const MAX_STRATEGY_ITEMS = 20;
const STARTED_BY = /^[A-Za-z0-9\-/_]{1,128}$/;
const CLIENT_TOKEN = /^[\x21-\x7e]{1,64}$/;

export type RunTaskRequest = {
  cluster?: string;
  taskDefinition: string;
  count: number;
  launchType?: string;
  strategy?: CapacityProviderStrategyItem[];
  platformVersion: string;
  network?: Input;
  overrides: Input;
  clientToken?: string;
  startedBy?: string;
  group?: string;
  tags: Tag[];
  enableManagedTags: boolean;
  propagateTags?: string;
};

/** Reads and checks what can be checked without looking at the account. Throws InvalidParameterException. */
export function parseRunTaskRequest(input: Input): RunTaskRequest {
  const taskDefinition = readString(input, "taskDefinition");
  if (!taskDefinition) throw invalidParameter("TaskDefinition can not be blank.");
  const request: RunTaskRequest = {
    cluster: readString(input, "cluster"),
    taskDefinition,
    count: readNumber(input, "count") ?? 1,
    launchType: readString(input, "launchType"),
    strategy: readStrategy(input),
    platformVersion: readString(input, "platformVersion") ?? "LATEST",
    network: readObject(input, "networkConfiguration"),
    overrides: readObject(input, "overrides") ?? {},
    clientToken: readString(input, "clientToken"),
    startedBy: readString(input, "startedBy"),
    group: readString(input, "group"),
    tags: readTags(input),
    enableManagedTags: readBoolean(input, "enableECSManagedTags") ?? false,
    propagateTags: readString(input, "propagateTags"),
  };
  checkRequest(input, request);
  return request;
}

function checkRequest(input: Input, request: RunTaskRequest): void {
  if (!Number.isInteger(request.count) || request.count < 1 || request.count > MAX_COUNT) {
    throw invalidParameter(`Invalid count. The count must be between 1 and ${MAX_COUNT}.`);
  }
  if (request.launchType !== undefined && request.strategy !== undefined) {
    throw invalidParameter("Specifying both a launch type and capacity provider strategy is not supported.");
  }
  if (request.clientToken !== undefined && !CLIENT_TOKEN.test(request.clientToken)) {
    throw invalidParameter("clientToken must be 1 to 64 ASCII characters in the range of 33-126.");
  }
  if (request.startedBy !== undefined && !STARTED_BY.test(request.startedBy)) {
    throw invalidParameter("startedBy must be 1 to 128 characters: letters, numbers, hyphens, slashes, underscores.");
  }
  if (JSON.stringify(request.overrides).length > MAX_OVERRIDES_CHARS) {
    throw invalidParameter(`Container Overrides length must be at most ${MAX_OVERRIDES_CHARS}`);
  }
  if (request.propagateTags !== undefined && request.propagateTags !== "TASK_DEFINITION") {
    throw invalidParameter("Tags can only be propagated from the task definition when you run a task.");
  }
  for (const field of ["placementConstraints", "placementStrategy"]) {
    if (readObjects(input, field).length > 0) throw invalidParameter(`${field} is not supported with FARGATE.`);
  }
}

function readStrategy(input: Input): CapacityProviderStrategyItem[] | undefined {
  const items = readObjects(input, "capacityProviderStrategy").map((item) => ({
    capacityProvider: readString(item, "capacityProvider") ?? "",
    weight: readNumber(item, "weight") ?? 0,
    base: readNumber(item, "base") ?? 0,
  }));
  if (items.length === 0) return undefined;
  if (items.length > MAX_STRATEGY_ITEMS) throw invalidParameter("A strategy has at most 20 capacity providers.");
  if (items.filter((item) => item.base > 0).length > 1) {
    throw invalidParameter("Only one capacity provider in a strategy can have a base.");
  }
  if (!items.some((item) => item.weight > 0)) {
    throw invalidParameter("At least one capacity provider in a strategy must have a weight greater than zero.");
  }
  return items;
}

/** The environment of the container: the definition's, overridden by the request's. Throws for an unknown container. */
export function resolveEnvironment(definition: TaskDefinition, overrides: Input): Record<string, string> {
  const { container } = definition;
  const environment = Object.fromEntries(container.environment.map(({ name, value }) => [name, value]));
  for (const override of readObjects(overrides, "containerOverrides")) {
    const name = readString(override, "name") ?? "";
    if (name !== container.name) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
    if (readStrings(override, "command").length > 0) {
      throw invalidParameter("This emulator runs what the image says; command overrides are not supported.");
    }
    for (const variable of readKeyValues(override, "environment")) environment[variable.name] = variable.value;
  }
  return environment;
}

/** A list of `{name, value}`; a missing value is the empty string. */
export function readKeyValues(input: Input, field: string): KeyValue[] {
  return readObjects(input, field).map((item) => ({
    name: readString(item, "name") ?? "",
    value: readString(item, "value") ?? "",
  }));
}
