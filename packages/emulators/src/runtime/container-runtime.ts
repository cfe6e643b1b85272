import { type ChildProcess, spawn } from "node:child_process";
import { parseImageReference } from "./image-reference.ts";
import { createLogBuffer } from "./log-buffer.ts";
import { createReaper, type Reaper } from "./reaper.ts";
import type { Timeline } from "./timeline.ts";

/** How a container process ended: exactly one of the two is set. */
export interface ContainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ContainerOptions {
  /** Image reference; tag and digest do not matter for which command runs. */
  readonly image: string;
  /** The whole environment of the process; only PATH is added. */
  readonly env: Readonly<Record<string, string>>;
  /** The platform's name of the workload, as it appears in the timeline. */
  readonly name: string;
  readonly onExit?: (exit: ContainerExit) => void;
  /** Milliseconds between SIGTERM and SIGKILL when `stop` gets no value of its own. */
  readonly graceMs?: number;
}

/** One running (or ended) container process. */
export interface Container {
  readonly pid: number;
  readonly exited: Promise<ContainerExit>;
  /** SIGKILL reaches every process of the container, any other signal only its first one, as in a real container. */
  kill(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after the grace; resolves when the process is gone. */
  stop(graceMs?: number): Promise<ContainerExit>;
  /** The last lines of stdout and stderr, oldest first. */
  logs(lines?: number): string[];
}

export type RunResult =
  | { readonly ok: true; readonly container: Container }
  | { readonly ok: false; readonly reason: "image_not_found" | "start_failed"; readonly message: string };

/** Runs images as real child processes. */
export interface ContainerRuntime {
  /** Whether the image can be "pulled", without running it. */
  hasImage(image: string): boolean;
  run(options: ContainerOptions): RunResult;
  /**
   * Starts a second process of a running container, as a platform does that believes the first one gone; it dies with the
   * first at the latest. False when no container of that name runs.
   */
  twin(name: string): boolean;
  /** Kills every container and resolves when all are gone. The runtime stays usable. */
  killAll(): Promise<void>;
  /** As killAll; afterwards nothing of the runtime is left. */
  close(): Promise<void>;
}

interface RunningContainer {
  readonly container: Container;
  readonly request: ContainerOptions;
}

const DEFAULT_GRACE_MS = 30_000;
// A process that left its group can hold the output open; its words are then not waited for any longer.
const LAST_OUTPUT_MS = 500;

/**
 * Makes a runtime. `images` maps an image name without tag and digest to the command it runs.
 * Each container is the leader of its own process group and dies with this process, even if that is SIGKILLed.
 */
export function createContainerRuntime(options: {
  images: Readonly<Record<string, readonly string[]>>;
  timeline: Timeline;
  clock?: () => number;
}): ContainerRuntime {
  const reaper = createReaper();
  const running = new Map<number, RunningContainer>();
  let lastNumber = 0;

  const run = (request: ContainerOptions): RunResult => {
    const argv = options.images[parseImageReference(request.image).name];
    if (argv === undefined) return { ok: false, reason: "image_not_found", message: `${request.image}: not found` };
    lastNumber += 1;
    const number = lastNumber;
    const result = startContainer({ argv, request, number, timeline: options.timeline, reaper });
    if (!result.ok) return result;
    running.set(number, { container: result.container, request });
    void result.container.exited.then(() => running.delete(number));
    return result;
  };
  const twin = (name: string): boolean => {
    const first = [...running.values()].find(({ request }) => request.name === name);
    if (first === undefined) return false;
    const { onExit: _first, ...request } = first.request;
    const second = run(request);
    if (second.ok) void first.container.exited.then(() => second.container.kill("SIGKILL"));
    return second.ok;
  };
  const killAll = async (): Promise<void> => {
    const all = [...running.values()].map(({ container }) => container);
    for (const container of all) container.kill("SIGKILL");
    await Promise.all(all.map(({ exited }) => exited));
  };
  return {
    hasImage: (image) => options.images[parseImageReference(image).name] !== undefined,
    run,
    twin,
    killAll,
    close: async () => {
      await killAll();
      reaper.close();
    },
  };
}

function startContainer(context: {
  argv: readonly string[];
  request: ContainerOptions;
  number: number;
  timeline: Timeline;
  reaper: Reaper;
}): RunResult {
  const { argv, request, number, timeline, reaper } = context;
  const facts = { workload: request.name, launchKey: request.env.MILO_LAUNCH_KEY ?? null, container: number };
  const [command = "", ...args] = argv;
  const env: Record<string, string> = { PATH: process.env.PATH ?? "/usr/bin:/bin", ...request.env };
  const child = spawn(command, args, {
    detached: true,
    // Nothing of the host's environment may reach a container, whatever a consumer's types demand to be there.
    env: env as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) {
    child.once("error", () => {
      // Reported below as a value; without a listener Node would throw it.
    });
    timeline.record({ ...facts, container: null, kind: "start_failed", detail: command });
    return { ok: false, reason: "start_failed", message: `exec: "${command}": no such file or directory` };
  }
  reaper.add(pid);
  timeline.record({ ...facts, kind: "started", detail: `pid ${pid}` });
  const log = createLogBuffer();
  log.follow(child.stdout);
  log.follow(child.stderr);
  let gone = false;
  const exited = awaitExit(child, (exit) => {
    gone = true;
    killGroup(pid);
    reaper.remove(pid);
    timeline.record({ ...facts, kind: "exited", detail: exit.signal ?? `code ${exit.code}` });
  });
  if (request.onExit !== undefined) void exited.then(request.onExit);

  const kill = (signal: NodeJS.Signals): void => {
    if (gone) return;
    if (signal === "SIGKILL") {
      timeline.record({ ...facts, kind: "killed" });
      killGroup(pid);
    } else {
      process.kill(pid, signal);
    }
  };
  const stop = async (graceMs = request.graceMs ?? DEFAULT_GRACE_MS): Promise<ContainerExit> => {
    if (gone) return exited;
    timeline.record({ ...facts, kind: "stop_requested", detail: `grace ${graceMs} ms` });
    kill("SIGTERM");
    const timer = setTimeout(() => kill("SIGKILL"), graceMs);
    const exit = await exited;
    clearTimeout(timer);
    return exit;
  };
  return { ok: true, container: { pid, exited, kill, stop, logs: (lines) => log.lines(lines) } };
}

// `atOnce` sees the exit at its real moment; the promise also waits for the last lines of output.
function awaitExit(child: ChildProcess, atOnce: (exit: ContainerExit) => void): Promise<ContainerExit> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      const exit = { code, signal };
      atOnce(exit);
      const timer = setTimeout(() => resolve(exit), LAST_OUTPUT_MS);
      child.once("close", () => {
        clearTimeout(timer);
        resolve(exit);
      });
    });
  });
}

function killGroup(processGroupId: number): void {
  try {
    process.kill(-processGroupId, "SIGKILL");
  } catch {
    // ESRCH: nothing of the group is left.
  }
}
