import { constants } from "node:os";
import type { Container, ContainerExit, ContainerRuntime } from "../runtime/container-runtime.ts";
import { findSentinel } from "../runtime/sentinels.ts";
import type { Timeline } from "../runtime/timeline.ts";
import type { EcsDisruption } from "./faults.ts";
import type { Task, TaskStatus } from "./model.ts";
import type { EcsSettings } from "./settings.ts";
import { findStartFailure } from "./start-failure.ts";

/** What StopTask and the infrastructure say about why a task is told to stop. */
export type StopCause = { stopCode: string; stoppedReason: string };

export type TaskRunner = {
  /** Takes a new task through its life; returns at once. */
  start(task: Task): void;
  /** Tells a task to stop: SIGTERM, SIGKILL after its stopTimeout. Does nothing to one that is stopping. */
  stop(task: Task, cause: StopCause): void;
  /** Lets the infrastructure act on a running task; false when it is not running. */
  disrupt(task: Task, disruption: EcsDisruption): boolean;
  /** The last log lines of a task's container. */
  logs(task: Task): string[];
  /** Forgets all tasks and kills their containers. */
  clear(): Promise<void>;
};

type Life = {
  task: Task;
  container?: Container;
  timer?: NodeJS.Timeout;
  /** What is reported instead of the process's own end. */
  forcedExit?: { exitCode: number; containerReason?: string };
};

const SPOT_REASON = "Your Spot Task was interrupted.";
const RETIREMENT_REASON = "ECS is performing maintenance on the underlying infrastructure hosting the task.";
const OOM_REASON = "OutOfMemoryError: Container killed due to memory usage";
const KILLED_EXIT_CODE = 137;

/** Runs the tasks' containers as processes and moves the tasks through the ECS task lifecycle. */
export function createTaskRunner(context: {
  runtime: ContainerRuntime;
  timeline: Timeline;
  settings: () => Readonly<EcsSettings>;
  clock: () => number;
}): TaskRunner {
  const { runtime, timeline, settings, clock } = context;
  let lives = new Map<string, Life>();

  const setStatus = (task: Task, status: TaskStatus): void => {
    task.lastStatus = status;
    task.version += 1;
  };
  const after = (life: Life, ms: number, step: () => void): void => {
    life.timer = setTimeout(step, ms);
  };
  const record = (task: Task, kind: "created" | "removed", detail: string): void =>
    timeline.record({ workload: task.arn, launchKey: task.environment.MILO_LAUNCH_KEY ?? null, kind, detail });

  const markStopping = (task: Task, cause: StopCause): void => {
    task.desiredStatus = "STOPPED";
    task.stopCode = cause.stopCode;
    task.stoppedReason = cause.stoppedReason;
    task.stoppingAtMs = clock();
    task.version += 1;
  };
  const deprovision = (life: Life): void => {
    const { task } = life;
    setStatus(task, "DEPROVISIONING");
    after(life, settings().deprovisioningMs, () => {
      task.stoppedAtMs = clock();
      // The notice names the reclaim, the stopped task the interruption.
      if (task.stopCode === "TerminationNotice") task.stopCode = "SpotInterruption";
      setStatus(task, "STOPPED");
      record(task, "removed", task.stoppedReason ?? "");
      lives.delete(task.id);
    });
  };
  const failToStart = (life: Life, stoppedReason: string): void => {
    markStopping(life.task, { stopCode: "TaskFailedToStart", stoppedReason });
    deprovision(life);
  };
  const handleExit = (life: Life, exit: ContainerExit): void => {
    if (lives.get(life.task.id) !== life) return;
    clearTimeout(life.timer);
    const { task } = life;
    task.exitCode = life.forcedExit?.exitCode ?? toExitCode(exit);
    task.containerReason = life.forcedExit?.containerReason;
    if (task.desiredStatus === "RUNNING") {
      markStopping(task, { stopCode: "EssentialContainerExited", stoppedReason: "Essential container in task exited" });
    }
    deprovision(life);
  };
  const disrupt = (task: Task, disruption: EcsDisruption): boolean => {
    const life = lives.get(task.id);
    if (life?.container === undefined || task.desiredStatus === "STOPPED") return false;
    if (disruption === "out-of-memory") {
      life.forcedExit = { exitCode: KILLED_EXIT_CODE, containerReason: OOM_REASON };
      life.container.kill("SIGKILL");
    } else if (disruption === "host-retirement") {
      stop(task, { stopCode: "InfrastructureHealth", stoppedReason: RETIREMENT_REASON });
    } else if (task.pool === "FARGATE_SPOT") {
      stop(task, { stopCode: "TerminationNotice", stoppedReason: SPOT_REASON }, "RUNNING");
    }
    return true;
  };
  const provokeSentinel = (life: Life): void => {
    const sentinel = findSentinel("ecs", life.task.definition.container.image);
    if (sentinel?.tag === "exit-code") {
      life.forcedExit = { exitCode: sentinel.argument ?? 1 };
      life.container?.kill("SIGKILL");
    } else if (
      sentinel?.tag === "spot-interruption" ||
      sentinel?.tag === "host-retirement" ||
      sentinel?.tag === "out-of-memory"
    ) {
      disrupt(life.task, sentinel.tag);
    }
  };
  const becomeRunning = (life: Life): void => {
    life.task.startedAtMs = clock();
    setStatus(life.task, "RUNNING");
    after(life, settings().disruptionAfterMs, () => provokeSentinel(life));
  };
  // The process starts before the task is RUNNING: a bot can call home while its task still says ACTIVATING.
  const startContainer = (life: Life): void => {
    const { task } = life;
    const { image } = task.definition.container;
    const failure = findStartFailure(image, runtime, "pulling");
    if (failure !== undefined) {
      failToStart(life, failure);
      return;
    }
    task.pullStoppedAtMs = clock();
    const result = runtime.run({
      image,
      env: task.environment,
      name: task.arn,
      onExit: (exit) => handleExit(life, exit),
    });
    if (!result.ok) {
      failToStart(life, `CannotStartContainerError: Error response from daemon: ${result.message}`);
      return;
    }
    life.container = result.container;
    setStatus(task, "ACTIVATING");
    after(life, settings().activatingMs, () => becomeRunning(life));
  };
  const beginPull = (life: Life): void => {
    const failure = findStartFailure(life.task.definition.container.image, runtime, "provisioning");
    if (failure !== undefined) {
      failToStart(life, failure);
      return;
    }
    life.task.pullStartedAtMs = clock();
    setStatus(life.task, "PENDING");
    after(life, settings().pendingMs, () => startContainer(life));
  };
  const start = (task: Task): void => {
    const life: Life = { task };
    lives.set(task.id, life);
    record(task, "created", task.pool);
    if (findSentinel("ecs", task.definition.container.image)?.tag === "stuck-provisioning") return;
    after(life, settings().provisioningMs, () => beginPull(life));
  };
  const stop = (task: Task, cause: StopCause, shownStatus: TaskStatus = "STOPPING"): void => {
    const life = lives.get(task.id);
    if (life === undefined || task.desiredStatus === "STOPPED") return;
    clearTimeout(life.timer);
    markStopping(task, cause);
    if (life.container === undefined) {
      deprovision(life);
      return;
    }
    setStatus(task, shownStatus);
    void life.container.stop(task.definition.container.stopTimeout * 1000);
  };
  const clear = async (): Promise<void> => {
    for (const life of lives.values()) clearTimeout(life.timer);
    lives = new Map();
    await runtime.killAll();
  };
  return { start, stop, disrupt, clear, logs: (task) => lives.get(task.id)?.container?.logs() ?? [] };
}

function toExitCode(exit: ContainerExit): number {
  if (exit.code !== null) return exit.code;
  return 128 + (exit.signal === null ? 0 : constants.signals[exit.signal]);
}
