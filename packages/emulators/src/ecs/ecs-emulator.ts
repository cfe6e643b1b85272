import { randomUUID } from "node:crypto";
import { type ProvokeOptions, provokeFault, readProvocation } from "../runtime/catalogue-faults.ts";
import { type ContainerRuntime, createContainerRuntime } from "../runtime/container-runtime.ts";
import { createFaults, type Faults } from "../runtime/faults.ts";
import { type EmulatorRequest, type EmulatorResponse, InvalidJsonError, parseJson } from "../runtime/http-message.ts";
import { createEmulatorServer, type RequestLogEntry } from "../runtime/http-server.ts";
import { createSettings, type Settings } from "../runtime/settings.ts";
import { createTimeline, type Timeline } from "../runtime/timeline.ts";
import { checkAuthorization } from "./authorization.ts";
import { ECS_CATALOGUE, type EcsCatalogueFault } from "./catalogue.ts";
import { ClientTokens } from "./client-tokens.ts";
import { EcsApiError, serializationError } from "./errors.ts";
import { ECS_DISRUPTIONS, ECS_FAULT_RESPONSES, type EcsDisruption, type EcsFaultName } from "./faults.ts";
import { asObject, type Input, readString } from "./input.ts";
import type { CapacityProviderStrategyItem, Task } from "./model.ts";
import { type OperationContext, runOperation } from "./operations.ts";
import { DEFAULT_ECS_SETTINGS, type EcsSettings } from "./settings.ts";
import { EcsStore } from "./store.ts";
import { createTaskRunner } from "./task-runner.ts";

const TARGET_PREFIX = "AmazonEC2ContainerServiceV20141113.";

export type EcsClusterOptions = {
  name: string;
  /** Associated capacity providers; both Fargate ones unless given. */
  capacityProviders?: string[];
  defaultStrategy?: CapacityProviderStrategyItem[];
};

export type EcsEmulatorOptions = {
  /** Image name without its tag → the command its container runs. */
  images: Record<string, string[]>;
  /** One cluster named `bots` unless given. */
  clusters?: EcsClusterOptions[];
  /** Requests of RegisterTaskDefinition to start with; they are there again after a reset. */
  taskDefinitions?: Input[];
  region?: string;
  settings?: Partial<EcsSettings>;
  /** Access key ids the account knows; null accepts any. */
  accessKeyIds?: string[] | null;
  /** Subnet ids that exist; null accepts any well-formed one. */
  subnets?: string[] | null;
  port?: number;
  host?: string;
  /** Milliseconds since the epoch. */
  clock?: () => number;
};

export type EcsEmulator = {
  url: string;
  timeline: Timeline;
  faults: Faults;
  settings: Settings<EcsSettings>;
  requests(): readonly RequestLogEntry[];
  /** All tasks ever started and not yet expired, as the emulator holds them. */
  tasks(): Task[];
  /** Lets the infrastructure act on a running task, by id or ARN; false when it is not running. */
  disrupt(task: string, disruption: EcsDisruption): boolean;
  /** The last log lines of a running task's container, by id or ARN. */
  logs(task: string): string[];
  /** Answers the next `times` calls of an operation with a ready-made failure. */
  fail(operation: string, failure: EcsFaultName, times?: number): void;
  /** Shows a row of the failure catalogue now; `workload` is a task's id or ARN. Throws InvalidFaultError. */
  provoke(name: EcsCatalogueFault, options?: ProvokeOptions): void;
  goOffline(ms: number): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts an HTTP server that speaks the ECS API (AWS JSON 1.1) and runs Fargate tasks as processes. */
export async function createEcsEmulator(options: EcsEmulatorOptions): Promise<EcsEmulator> {
  const clock = options.clock ?? Date.now;
  const timeline = createTimeline({ platform: "ecs", clock });
  const runtime = createContainerRuntime({ images: options.images, timeline });
  const faults = createFaults();
  const settings = createSettings<EcsSettings>({ ...DEFAULT_ECS_SETTINGS, ...options.settings });
  const world = createWorld(options, { runtime, timeline, settings, clock });
  const reset = async (): Promise<void> => {
    faults.clear();
    settings.reset();
    await world.reset();
    server.clearRequests();
    timeline.clear();
  };
  const fail: EcsEmulator["fail"] = (operation, failure, times) =>
    faults.add({ match: { operation }, fault: "status", ...ECS_FAULT_RESPONSES[failure], times });
  const provoke = (name: string, provokeOptions?: ProvokeOptions): void => {
    const goOffline = (ms: number) => void server.goOffline(ms);
    provokeFault(ECS_CATALOGUE, { faults, settings, goOffline, disrupt: world.disrupt }, name, provokeOptions);
  };
  const server = createEmulatorServer({
    timeline,
    faults,
    settings,
    reset,
    twin: runtime.twin,
    clock,
    controls: {
      disrupt: (body) => ({ done: world.disrupt(...readDisruption(body)) }),
      fail: (body) => fail(...readFailure(body)),
      provoke: (body) => provoke(...readProvocation(body)),
    },
    identify: identifyRequest,
    handle: (request) => answer(request, options.accessKeyIds ?? null, world.context()),
  });
  const url = await server.listen({ port: options.port, host: options.host });
  const close = async (): Promise<void> => {
    await server.close();
    await world.reset();
    await runtime.close();
  };
  return {
    url,
    timeline,
    faults,
    settings,
    requests: server.requests,
    tasks: world.tasks,
    disrupt: world.disrupt,
    logs: world.logs,
    fail,
    provoke,
    goOffline: server.goOffline,
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function createWorld(
  options: EcsEmulatorOptions,
  parts: { runtime: ContainerRuntime; timeline: Timeline; settings: Settings<EcsSettings>; clock: () => number },
) {
  const store = new EcsStore(options.region ?? "us-east-1");
  const tokens = new ClientTokens();
  const runner = createTaskRunner({ ...parts, settings: parts.settings.get });
  const context = (): OperationContext => ({
    store,
    tokens,
    runner,
    settings: parts.settings.get(),
    subnets: options.subnets ?? null,
    nowMs: parts.clock(),
  });
  const fill = (): void => {
    for (const cluster of options.clusters ?? [{ name: "bots" }]) {
      store.addCluster(
        cluster.name,
        cluster.capacityProviders ?? ["FARGATE", "FARGATE_SPOT"],
        cluster.defaultStrategy ?? [],
      );
    }
    for (const input of options.taskDefinitions ?? []) runOperation(context(), "RegisterTaskDefinition", input);
  };
  fill();
  const find = (reference: string) => store.tasks.get(reference.slice(reference.lastIndexOf("/") + 1));
  return {
    context,
    tasks: () => [...store.tasks.values()],
    logs: (reference: string): string[] => {
      const task = find(reference);
      return task === undefined ? [] : runner.logs(task);
    },
    disrupt: (reference: string, disruption: EcsDisruption): boolean => {
      const task = find(reference);
      return task !== undefined && runner.disrupt(task, disruption);
    },
    reset: async (): Promise<void> => {
      await runner.clear();
      tokens.clear();
      store.clear();
      fill();
    },
  };
}

function readOperation(request: EmulatorRequest): string {
  const target = request.headers["x-amz-target"] ?? "";
  return target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : "";
}

// The name is what a fault can be aimed at: the attempt for RunTask, the task for StopTask.
function identifyRequest(request: EmulatorRequest): { operation: string; name: string | null } {
  let name: string | null = null;
  try {
    const input = asObject(parseJson(request), "");
    name = readString(input, "startedBy") ?? readString(input, "clientToken") ?? readString(input, "task") ?? null;
  } catch {
    // A body that cannot be read has no name; the operation itself answers for it.
  }
  return { operation: readOperation(request), name };
}

function answer(
  request: EmulatorRequest,
  accessKeyIds: readonly string[] | null,
  context: OperationContext,
): EmulatorResponse {
  try {
    checkAuthorization(request.headers.authorization, accessKeyIds);
    const body = runOperation(context, readOperation(request), parseInput(request));
    if (body === undefined) throw new EcsApiError("UnknownOperationException", "");
    return respond(200, body);
  } catch (error) {
    if (error instanceof EcsApiError) return respond(error.status, error.toBody());
    throw error;
  }
}

function parseInput(request: EmulatorRequest): Input {
  try {
    return asObject(parseJson(request) ?? {}, "request");
  } catch (error) {
    if (error instanceof InvalidJsonError) throw serializationError("The request body is not JSON.");
    throw error;
  }
}

function respond(status: number, body: unknown): EmulatorResponse {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": randomUUID() };
  return { status, headers, body };
}

function readDisruption(body: unknown): [task: string, disruption: EcsDisruption] {
  const input = asObject(body, "body");
  const disruption = ECS_DISRUPTIONS.find((one) => one === input.kind);
  if (disruption === undefined) throw new InvalidJsonError(`kind must be one of ${ECS_DISRUPTIONS.join(", ")}`);
  return [readString(input, "task") ?? "", disruption];
}

function readFailure(body: unknown): [operation: string, failure: EcsFaultName, times?: number] {
  const input = asObject(body, "body");
  const names = Object.keys(ECS_FAULT_RESPONSES) as EcsFaultName[];
  const failure = names.find((name) => name === input.failure);
  if (failure === undefined) throw new InvalidJsonError(`failure must be one of ${names.join(", ")}`);
  return [readString(input, "operation") ?? "", failure, typeof input.times === "number" ? input.times : undefined];
}
