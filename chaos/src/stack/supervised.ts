import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Lifeline } from "../../../demo/src/stack/lifeline.ts";
import { ROOT } from "../../../scripts/start/paths.ts";

/** A process of milo that is started again whenever it ends. */
export type Supervised = {
  name: string;
  /** Ready, not frozen, and not told to end: one that ends in order takes up nothing more. */
  isUp(): boolean;
  isFrozen(): boolean;
  /** Where it listens; null while it does not. */
  url(): string | null;
  /** SIGKILL, at once. It is started again. */
  kill(): void;
  /** SIGTERM: it ends in order, and is started again. */
  restart(): void;
  freeze(): void;
  thaw(): void;
  /** What it is given from its next start on. */
  setEnvironment(env: Readonly<Record<string, string>>): void;
  /** Ends it for good. */
  end(): void;
  /** Starts that failed by themselves, in its own words. */
  failures(): readonly string[];
};

export type SupervisedOptions = {
  name: string;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  logFile: string;
  lifeline: Lifeline;
  /** Told of every change of `isUp`. */
  onChange(): void;
  restartAfterMs(): number;
};

const LAST_WORDS = 4_000;
/** A line that says why: of an error that nobody caught, or of a process that could not start. */
const SAYS_WHY = /^(\w*Error\b.*|[A-Z][^{]*)$/m;

function findLastWords(words: string): string {
  return (SAYS_WHY.exec(words)?.[0] ?? words.trim().split("\n").at(-1) ?? "").slice(0, 300);
}

export function supervise(options: SupervisedOptions): Supervised {
  const log = createWriteStream(options.logFile, { flags: "a" });
  const failures: string[] = [];
  let env = options.env;
  let child: ChildProcess | null = null;
  let url: string | null = null;
  let frozen = false;
  let over = false;
  let asked = false;

  const start = () => {
    asked = false;
    const started = spawn(process.execPath, options.argv, {
      cwd: ROOT,
      detached: true,
      env,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    child = started;
    if (started.pid !== undefined) options.lifeline.hold(started.pid);
    started.stdout?.pipe(log, { end: false });
    started.stderr?.pipe(log, { end: false });
    let words = "";
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on("data", (chunk) => {
        words = `${words}${chunk}`.slice(-LAST_WORDS);
      });
    }
    started.on("message", (message) => {
      url = (message as { url: string }).url;
      options.onChange();
    });
    started.once("exit", (code, signal) => {
      const how = signal ?? `exit code ${code}`;
      if (!asked) failures.push(`${options.name} ended by itself (${how}): ${findLastWords(words)}`);
      url = null;
      frozen = false;
      child = null;
      options.onChange();
      if (!over) void delay(options.restartAfterMs(), undefined, { ref: false }).then(() => over || start());
    });
  };
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child?.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // ESRCH: it is gone already.
    }
  };
  start();
  return {
    name: options.name,
    isUp: () => url !== null && !frozen && !asked,
    isFrozen: () => frozen,
    url: () => url,
    kill() {
      asked = true;
      signal("SIGKILL");
      options.onChange();
    },
    restart() {
      asked = true;
      signal("SIGTERM");
      options.onChange();
    },
    freeze() {
      if (child === null) return;
      frozen = true;
      signal("SIGSTOP");
      options.onChange();
    },
    thaw() {
      if (!frozen) return;
      frozen = false;
      signal("SIGCONT");
      options.onChange();
    },
    setEnvironment: (next) => {
      env = next;
    },
    end() {
      over = true;
      asked = true;
      signal("SIGKILL");
      log.end();
    },
    failures: () => failures,
  };
}
