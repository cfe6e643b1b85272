import { type ProvokeOptions, provokeFault, readProvocation } from "../runtime/catalogue-faults.ts";
import { createContainerRuntime } from "../runtime/container-runtime.ts";
import { createFaults, type Faults } from "../runtime/faults.ts";
import { type EmulatorRequest, InvalidJsonError } from "../runtime/http-message.ts";
import { createEmulatorServer, type RequestLogEntry } from "../runtime/http-server.ts";
import { createSettings, type Settings } from "../runtime/settings.ts";
import { createTimeline, type Timeline } from "../runtime/timeline.ts";
import type { CoolifyToken } from "./authorization.ts";
import { COOLIFY_CATALOGUE, type CoolifyCatalogueFault } from "./catalogue.ts";
import type { CoolifyContext } from "./context.ts";
import { runDeploymentJob } from "./deployment-job.ts";
import { createDeploymentQueue } from "./deployment-queue.ts";
import { createDockerHost } from "./docker-host.ts";
import { COOLIFY_FAULT_RESPONSES, type CoolifyFaultName } from "./faults.ts";
import { createJobs } from "./jobs.ts";
import type { Application, Deployment, Placement } from "./model.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { answerRequest, findOperation, parseBody } from "./request-handler.ts";
import { type CoolifySettings, DEFAULT_COOLIFY_SETTINGS } from "./settings.ts";
import { createStatusWatcher } from "./status-watcher.ts";
import { CoolifyStore } from "./store.ts";
import { hasGate } from "./version.ts";

/** The uuids a test can use without asking for others. */
export const DEFAULT_PLACEMENT: Placement = {
  projectUuid: "project0000000000000000a",
  environmentName: "production",
  environmentUuid: "environment0000000000000",
  serverUuid: "server000000000000000000",
  destinationUuids: ["destination0000000000000"],
};

/** A token with what a launcher needs. */
export const DEFAULT_TOKEN: CoolifyToken = { token: "1|emulator-token", abilities: ["read", "write", "deploy"] };

export type CoolifyEmulatorOptions = {
  /** Image name without its tag → the command its container runs. */
  images: Record<string, string[]>;
  /** As `/version` says it; decides what the API takes. 4.3.11 unless given. */
  version?: string;
  tokens?: CoolifyToken[];
  placement?: Partial<Placement>;
  settings?: Partial<CoolifySettings>;
  port?: number;
  host?: string;
  /** Milliseconds since the epoch. */
  clock?: () => number;
};

export type CoolifyEmulator = {
  /** Without `/api/v1`. */
  url: string;
  /** The first token, for callers that do not care which. */
  token: string;
  placement: Placement;
  timeline: Timeline;
  faults: Faults;
  settings: Settings<CoolifySettings>;
  requests(): readonly RequestLogEntry[];
  applications(): Application[];
  deployments(): readonly Deployment[];
  /** Answers the next `times` calls of an operation with a ready-made failure. */
  fail(operation: string, failure: CoolifyFaultName, times?: number): void;
  /** Shows a row of the failure catalogue now; `workload` is an application's uuid. Throws InvalidFaultError. */
  provoke(name: CoolifyCatalogueFault, options?: ProvokeOptions): void;
  goOffline(ms: number): Promise<void>;
  reset(): Promise<void>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Starts an HTTP server that speaks Coolify's API and runs one docker server's containers as processes. */
export async function createCoolifyEmulator(options: CoolifyEmulatorOptions): Promise<CoolifyEmulator> {
  const clock = options.clock ?? Date.now;
  const timeline = createTimeline({ platform: "coolify", clock });
  const runtime = createContainerRuntime({ images: options.images, timeline });
  const faults = createFaults();
  const settings = createSettings<CoolifySettings>({ ...DEFAULT_COOLIFY_SETTINGS, ...options.settings });
  const store = new CoolifyStore();
  const host = createDockerHost({ runtime, settings: settings.get, clock });
  const context = wireContext(options, { store, host, settings: settings.get, clock, timeline });
  const limiter = new RateLimiter();
  const tokens = options.tokens ?? [DEFAULT_TOKEN];

  const clear = async (): Promise<void> => {
    context.jobs.clear();
    store.clear();
    limiter.clear();
    await host.clear();
  };
  const reset = async (): Promise<void> => {
    faults.clear();
    settings.reset();
    await clear();
    server.clearRequests();
    timeline.clear();
  };
  const fail: CoolifyEmulator["fail"] = (operation, failure, times) =>
    faults.add({ match: { operation }, fault: "status", ...COOLIFY_FAULT_RESPONSES[failure], times });
  const provoke = (name: string, provokeOptions?: ProvokeOptions): void => {
    const goOffline = (ms: number) => void server.goOffline(ms);
    provokeFault(COOLIFY_CATALOGUE, { faults, settings, goOffline, disrupt: host.kill }, name, provokeOptions);
  };
  const server = createEmulatorServer({
    timeline,
    faults,
    settings,
    reset,
    twin: runtime.twin,
    clock,
    controls: {
      fail: (body) => fail(...readFailure(body)),
      provoke: (body) => provoke(...readProvocation(body)),
    },
    identify: (request) => identifyRequest(context, request),
    handle: (request) => answerRequest(context, { request, tokens, limiter }),
  });
  const url = await server.listen({ port: options.port, host: options.host });
  const close = async (): Promise<void> => {
    await server.close();
    context.queue.close();
    context.watcher.close();
    await clear();
    await runtime.close();
  };
  return {
    url,
    token: tokens[0]?.token ?? "",
    placement: context.placement,
    timeline,
    faults,
    settings,
    requests: server.requests,
    applications: () => [...store.applications.values()],
    deployments: () => store.deployments,
    fail,
    provoke,
    goOffline: server.goOffline,
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function wireContext(
  options: CoolifyEmulatorOptions,
  parts: Pick<CoolifyContext, "store" | "host" | "settings" | "clock"> & { timeline: Timeline },
): CoolifyContext {
  const { timeline, ...rest } = parts;
  const version = options.version ?? "4.3.11";
  const jobs = createJobs();
  const watcher = createStatusWatcher(rest);
  const queue = createDeploymentQueue({
    ...rest,
    hasQueueLimit: hasGate(version, "queueLimit"),
    run: (deployment, application) => runDeploymentJob({ ...rest, jobs, watcher }, deployment, application),
  });
  return {
    ...rest,
    version,
    placement: { ...DEFAULT_PLACEMENT, ...options.placement },
    jobs,
    watcher,
    queue,
    record: (kind, applicationUuid) => timeline.record({ workload: applicationUuid, kind }),
  };
}

// A fault can be aimed at an application by its name, which is what the caller chose.
function identifyRequest(
  context: CoolifyContext,
  request: EmulatorRequest,
): { operation: string; name: string | null } {
  const { operation, uuid } = findOperation(context.version, request);
  const body = parseBody(request);
  const wanted = uuid || request.query.get("uuid") || body?.uuid;
  if (typeof wanted !== "string") return { operation, name: typeof body?.name === "string" ? body.name : null };
  return { operation, name: context.store.applications.get(wanted)?.name ?? wanted };
}

function readFailure(body: unknown): [operation: string, failure: CoolifyFaultName, times?: number] {
  const { operation, failure, times } = body as Record<string, unknown>;
  const names = Object.keys(COOLIFY_FAULT_RESPONSES) as CoolifyFaultName[];
  const found = names.find((name) => name === failure);
  if (found === undefined) throw new InvalidJsonError(`failure must be one of ${names.join(", ")}`);
  return [String(operation), found, typeof times === "number" ? times : undefined];
}
