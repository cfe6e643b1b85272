import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { ProcessMessage } from "../../apps/milo/src/server/process/run-process.ts";
import { formatLine } from "./format-line.ts";

export type ManagedProcessOptions = {
  name: string;
  /** Arguments of Node: options, file, the program's own arguments. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  print(line: string): void;
};

export type ManagedProcess = {
  /** The address it serves, as soon as it works. Rejects with a sentence when it ends before it ever did. */
  ready: Promise<string>;
  /** Ends it in order and starts it again. */
  restart(): void;
  /** Ends it in order, and by force when that takes longer than it may. */
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): void;
};

const BACK_OFF = { firstMs: 500, mostMs: 30_000 };
/** One that worked for this long had a new accident, not the same one again. */
const STABLE_AFTER_MS = 60_000;
/** Longer than any process gives itself to stop. */
const KILL_AFTER_MS = 28_000;

/**
 * Runs a process of milo and starts it again when it crashes, at first at once, then ever less often. It has a process
 * group of its own, so that a Ctrl-C reaches it through its manager only, once; and a channel, so that it ends when
 * its manager is killed.
 */
export function manageProcess(options: ManagedProcessOptions): ManagedProcess {
  const { name, print } = options;
  const ready = Promise.withResolvers<string>();
  let child: ChildProcess;
  let exited: Promise<void>;
  let hasWorked = false;
  let workedSinceMs = Number.POSITIVE_INFINITY;
  let crashes = 0;
  let stopping = false;
  let restarting = false;
  let waiting: NodeJS.Timeout | undefined;

  function start(): void {
    workedSinceMs = Number.POSITIVE_INFINITY;
    const current = spawnChild(options);
    child = current;
    child.on("message", (message: ProcessMessage) => {
      hasWorked = true;
      workedSinceMs = performance.now();
      ready.resolve(message.url);
    });
    exited = new Promise((resolve) => {
      current.once("exit", (code, signal) => {
        resolve();
        onExit(signal === null ? `with code ${code}` : `by ${signal}`);
      });
    });
  }

  function onExit(how: string): void {
    if (stopping) return;
    if (restarting) {
      restarting = false;
      start();
    } else if (hasWorked) startLater(how);
    else ready.reject(new Error(`${name} ended ${how} before it was ready; its message is above.`));
  }

  function startLater(how: string): void {
    if (performance.now() - workedSinceMs > STABLE_AFTER_MS) crashes = 0;
    const pauseMs = Math.min(BACK_OFF.mostMs, BACK_OFF.firstMs * 2 ** crashes++);
    print(formatLine(name, `ended ${how}; starting it again in ${pauseMs / 1_000} s`));
    waiting = setTimeout(start, pauseMs);
  }

  start();
  return {
    ready: ready.promise,
    restart() {
      if (restarting || stopping) return;
      restarting = child.exitCode === null && child.signalCode === null;
      if (restarting) child.kill("SIGTERM");
      else if (hasWorked) {
        clearTimeout(waiting);
        start();
      }
    },
    async stop() {
      stopping = true;
      clearTimeout(waiting);
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
      await exited;
      clearTimeout(killing);
    },
    kill() {
      stopping = true;
      clearTimeout(waiting);
      child.kill("SIGKILL");
    },
  };
}

function spawnChild({ name, args, env, cwd, print }: ManagedProcessOptions): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => print(formatLine(name, line)));
  }
  return child;
}
