import type { Container, ContainerExit, ContainerRuntime } from "../runtime/container-runtime.ts";
import { findSentinel } from "../runtime/sentinels.ts";
import type { CoolifySettings } from "./settings.ts";

const MAX_RESTART_DELAY_MS = 60_000;
/** Docker forgets the back-off of a container that has run this long. */
const STABLE_AFTER_MS = 10_000;

export type ContainerState = "running" | "restarting" | "exited";

/** A container with Coolify's fixed `restart: unless-stopped`: whatever ends it, docker starts it again. */
export type DockerContainer = {
  applicationUuid: string;
  name: string;
  image: string;
  env: Record<string, string>;
  state: ContainerState;
  restartCount: number;
  process?: Container;
  restartDelayMs: number;
  startedAtMs: number;
  /** Set from docker stop on; resolves when the container is removed. */
  removal?: Promise<void>;
  timer?: NodeJS.Timeout;
};

export type DockerHost = {
  /** Creates and starts a container. Returns docker's error message when it cannot. */
  run(container: Pick<DockerContainer, "applicationUuid" | "name" | "image" | "env">): string | undefined;
  /** docker stop, then docker rm -f. */
  remove(container: DockerContainer, graceMs: number): Promise<void>;
  /** Kills the application's running process, as for want of memory; false when none runs. */
  kill(applicationUuid: string): boolean;
  containersOf(applicationUuid: string): DockerContainer[];
  hasImage(image: string): boolean;
  clear(): Promise<void>;
};

/** Runs containers as processes and restarts them as docker does: 100 ms, doubling up to a minute. */
export function createDockerHost(context: {
  runtime: ContainerRuntime;
  settings: () => Readonly<CoolifySettings>;
  clock: () => number;
}): DockerHost {
  const { runtime, settings, clock } = context;
  let containers: DockerContainer[] = [];

  const restartLater = (container: DockerContainer): void => {
    container.state = "restarting";
    if (clock() - container.startedAtMs >= STABLE_AFTER_MS) container.restartDelayMs = settings().restartDelayMs;
    container.timer = setTimeout(() => {
      container.restartCount += 1;
      startProcess(container);
    }, container.restartDelayMs);
    container.restartDelayMs = Math.min(container.restartDelayMs * 2, MAX_RESTART_DELAY_MS);
  };
  const handleExit = (container: DockerContainer, _exit: ContainerExit): void => {
    clearTimeout(container.timer);
    if (container.removal !== undefined || !containers.includes(container)) container.state = "exited";
    else restartLater(container);
  };
  const startProcess = (container: DockerContainer): string | undefined => {
    const result = runtime.run({
      image: container.image,
      env: container.env,
      name: container.applicationUuid,
      onExit: (exit) => handleExit(container, exit),
    });
    if (!result.ok) {
      container.state = "exited";
      return result.message;
    }
    container.process = result.container;
    container.state = "running";
    container.startedAtMs = clock();
    const sentinel = findSentinel("coolify", container.image)?.tag;
    if (sentinel === "out-of-memory" || sentinel === "exit-code") {
      container.timer = setTimeout(() => result.container.kill("SIGKILL"), settings().disruptionAfterMs);
    }
    return undefined;
  };
  const run: DockerHost["run"] = (request) => {
    const container: DockerContainer = {
      ...request,
      state: "exited",
      restartCount: 0,
      restartDelayMs: settings().restartDelayMs,
      startedAtMs: clock(),
    };
    containers.push(container);
    const failure = startProcess(container);
    if (failure !== undefined) containers = containers.filter((one) => one !== container);
    return failure;
  };
  const stopAndForget = async (container: DockerContainer, graceMs: number): Promise<void> => {
    clearTimeout(container.timer);
    if (container.state === "running") await container.process?.stop(graceMs);
    containers = containers.filter((one) => one !== container);
  };
  const remove: DockerHost["remove"] = (container, graceMs) => {
    container.removal ??= stopAndForget(container, graceMs);
    return container.removal;
  };
  return {
    run,
    remove,
    kill: (uuid) => {
      const running = containers.find((one) => one.applicationUuid === uuid && one.state === "running");
      running?.process?.kill("SIGKILL");
      return running !== undefined;
    },
    containersOf: (uuid) => containers.filter((container) => container.applicationUuid === uuid),
    hasImage: (image) => runtime.hasImage(image),
    clear: async () => {
      for (const container of containers) clearTimeout(container.timer);
      containers = [];
      await runtime.killAll();
    },
  };
}
