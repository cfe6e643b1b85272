import { DescribeClustersCommand, StopTaskCommand, type Task } from "@aws-sdk/client-ecs";
import type {
  CreateOutcome,
  FindOutcome,
  HealthReport,
  Launch,
  LaunchSecrets,
  ListOutcome,
  PlatformService,
  RenderedRequest,
  StartOutcome,
  StopOutcome,
  Workload,
  WorkloadRef,
} from "../platform-service.ts";
import { createTask } from "./create-task.ts";
import { createEcsClients, type EcsClients } from "./ecs-clients.ts";
import { classifyEcsError, isTaskNotFound } from "./ecs-errors.ts";
import type { EcsSettings } from "./ecs-settings.ts";
import { describeTasks, findTasksStartedBy, listClusterTasks } from "./ecs-tasks.ts";
import { readRequest, renderRunTask } from "./run-task-request.ts";
import { workloadOf } from "./task-state.ts";
import { isOurs } from "./task-tags.ts";

const NOT_OURS_TO_SEND = "The stored request is not one for ECS";

/** Runs each attempt as one Fargate task. RunTask both creates and starts it, so `start` has nothing to do. */
export class EcsPlatformService implements PlatformService {
  readonly platform = "aws" as const;
  /** A listing is three requests, where ECS allows 20 reads of a cluster a second [ECS API throttling]. */
  readonly listWhileStartingMs = 1_500;
  readonly #settings: EcsSettings;
  readonly #clients: EcsClients;

  constructor(settings: EcsSettings) {
    this.#settings = settings;
    this.#clients = createEcsClients(settings);
  }

  render(launch: Launch): RenderedRequest {
    return renderRunTask(this.#settings, launch);
  }

  async create(
    request: RenderedRequest,
    secrets: LaunchSecrets,
    options: { resend: boolean; signal: AbortSignal },
  ): Promise<CreateOutcome> {
    const stored = readRequest(request);
    const launchKey = stored ? launchKeyIn(stored.input.startedBy) : null;
    if (!stored || !launchKey) {
      if (options.resend) return { kind: "unknown", reason: NOT_OURS_TO_SEND };
      return { kind: "failed", class: "invalid", reason: NOT_OURS_TO_SEND };
    }
    const signal = this.#deadline(options.signal);
    return createTask({ clients: this.#clients, request: stored, launchKey, secrets, resend: options.resend, signal });
  }

  async start(): Promise<StartOutcome> {
    return { kind: "started" };
  }

  async find(ref: WorkloadRef): Promise<FindOutcome> {
    try {
      const tasks = await this.#tasksOf(ref, this.#deadline());
      const containerName = containerNameIn(ref.request);
      const workloads = tasks.map((task) => workloadOf(task, this.#settings.installationId, containerName));
      const workload = workloads.find((one) => one.state !== "ended") ?? workloads[0];
      return workload ? { kind: "found", workload } : { kind: "absent" };
    } catch (error) {
      return { kind: "unknown", reason: classifyEcsError(error).reason };
    }
  }

  async list(): Promise<ListOutcome> {
    const { cluster, installationId, taskDefinitions } = this.#settings;
    const containerNames = new Set(Object.values(taskDefinitions).map((definition) => definition.containerName));
    try {
      const tasks = await listClusterTasks(this.#clients.reader, cluster, this.#deadline());
      const ours = tasks.filter((task) => isOurs(task, installationId));
      return { kind: "listed", workloads: ours.map((task) => workloadIn(task, installationId, containerNames)) };
    } catch (error) {
      return { kind: "failed", reason: classifyEcsError(error).reason };
    }
  }

  /** Gone only once ECS says STOPPED; a task it no longer knows is absent, which proves nothing by itself. */
  async stop(ref: WorkloadRef): Promise<StopOutcome> {
    const signal = this.#deadline();
    try {
      const tasks = await this.#tasksOf(ref, signal);
      if (tasks.length === 0) return { kind: "absent" };
      const left = tasks.filter((task) => task.lastStatus !== "STOPPED");
      if (left.length === 0) return { kind: "gone" };
      for (const task of left) {
        if (task.desiredStatus !== "STOPPED") await this.#orderStop(task, ref, signal);
      }
      return { kind: "stopping" };
    } catch (error) {
      if (isTaskNotFound(error)) return { kind: "absent" };
      return { kind: "failed", reason: classifyEcsError(error).reason };
    }
  }

  async checkHealth(): Promise<HealthReport> {
    const { cluster } = this.#settings;
    try {
      const command = new DescribeClustersCommand({ clusters: [cluster] });
      const answer = await this.#clients.reader.send(command, { abortSignal: this.#deadline() });
      const status = answer.clusters?.[0]?.status ?? answer.failures?.[0]?.reason ?? "MISSING";
      return { healthy: status === "ACTIVE", reason: `ECS cluster ${cluster} is ${status}` };
    } catch (error) {
      return { healthy: false, reason: classifyEcsError(error).reason };
    }
  }

  /** Closes the connections it keeps; for tests and orderly exits. */
  close(): void {
    this.#clients.launcher.destroy();
    this.#clients.reader.destroy();
  }

  async #orderStop(task: Task, ref: WorkloadRef, signal: AbortSignal): Promise<void> {
    const cluster = clusterIn(ref.request) ?? this.#settings.cluster;
    const command = new StopTaskCommand({ cluster, task: task.taskArn, reason: `milo stops ${ref.launchKey}` });
    await this.#clients.reader.send(command, { abortSignal: signal });
  }

  /** The request's own cluster and definition, since the settings may have changed after it was sent. */
  async #tasksOf(ref: WorkloadRef, signal: AbortSignal): Promise<Task[]> {
    const cluster = clusterIn(ref.request) ?? this.#settings.cluster;
    if (ref.identifier) {
      const { tasks } = await describeTasks(this.#clients.reader, cluster, [ref.identifier], signal);
      return tasks.filter((task) => isOurs(task, this.#settings.installationId));
    }
    const input = readRequest(ref.request)?.input;
    if (!input?.startedBy || !input.taskDefinition) throw new Error(NOT_OURS_TO_SEND);
    const key = { cluster, startedBy: input.startedBy, taskDefinition: input.taskDefinition };
    const tasks = await findTasksStartedBy(this.#clients.reader, key, signal);
    return tasks.filter((task) => isOurs(task, this.#settings.installationId));
  }

  /** Bounds all attempts, pages and bodies of one call together. */
  #deadline(signal?: AbortSignal): AbortSignal {
    const timeout = AbortSignal.timeout(this.#settings.timeouts.callMs);
    return signal ? AbortSignal.any([signal, timeout]) : timeout;
  }
}

function workloadIn(task: Task, installationId: string, containerNames: ReadonlySet<string>): Workload {
  const bot = task.containers?.find((container) => containerNames.has(container.name ?? ""));
  return workloadOf(task, installationId, bot?.name ?? null);
}

function clusterIn(request: RenderedRequest): string | null {
  return readRequest(request)?.input.cluster ?? null;
}

function containerNameIn(request: RenderedRequest): string | null {
  return readRequest(request)?.input.overrides?.containerOverrides?.[0]?.name ?? null;
}

function launchKeyIn(startedBy: string | undefined): string | null {
  return startedBy?.split("/")[2] ?? null;
}
