import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { BotConfiguration } from "@milo/bot-contract";
import type { MeetingDriver, ReportMeeting } from "../drivers/meeting-driver.ts";
import type { Effects } from "../effects/effects.ts";
import { interpretExit, interpretStartFailure, type ProgramExit } from "./program-end.ts";
import type { ShimOptions } from "./shim-options.ts";
import { readStatusLine } from "./status-line.ts";

/** Where the program tells its statuses; its stdin, stdout and stderr stay its own. */
const STATUS_FD = 3;
/** What the program wrote there last may be read after its exit; its own children may hold the descriptor open. */
const LAST_WORDS_MS = 500;

/**
 * A meeting that is attended by a program: joining is starting it, leaving is SIGTERM and, after the grace, SIGKILL.
 * Signals go to the program alone, so that it decides about its own children (a shell script should `exec`).
 */
export function createProgramDriver(
  options: ShimOptions,
  environment: NodeJS.ProcessEnv,
  { clock, log }: Pick<Effects, "clock" | "log">,
): MeetingDriver {
  const left = new AbortController();
  let killed = false;

  async function terminate(program: ChildProcess, over: AbortSignal): Promise<void> {
    program.kill("SIGTERM");
    await clock.sleep(options.graceMs, over);
    if (over.aborted) return;
    killed = true;
    log("warn", "the program did not end after SIGTERM: SIGKILL", { graceMs: options.graceMs });
    program.kill("SIGKILL");
  }

  async function follow(program: ChildProcess, exited: Promise<ProgramExit>, report: ReportMeeting) {
    const over = new AbortController();
    left.signal.addEventListener("abort", () => void terminate(program, over.signal), { once: true });
    if (left.signal.aborted) void terminate(program, over.signal);
    const told = relayStatuses(program, report, log);
    const exit = await exited;
    over.abort();
    await Promise.race([told, clock.sleep(LAST_WORDS_MS)]);
    return interpretExit(exit, { okExitCodes: options.okExitCodes, toldToLeave: left.signal.aborted, killed });
  }

  return {
    async join(configuration, report) {
      const [file, ...args] = options.command;
      const program = spawn(file, args, {
        env: programEnvironment(environment, configuration),
        stdio: ["inherit", "inherit", "inherit", "pipe"],
      });
      const exited = exitOf(program);
      const startFailure = await startFailureOf(program);
      if (startFailure) return interpretStartFailure(startFailure);
      log("info", "the program runs", { program: file, pid: program.pid ?? null });
      if (!options.reportsStatus) void report({ status: "IN_CALL", code: "PROGRAM_STARTED" });
      return follow(program, exited, report);
    },
    leave() {
      left.abort();
    },
  };
}

/** The attempt's token stays with the shim: the program has no business speaking for it. */
function programEnvironment(environment: NodeJS.ProcessEnv, configuration: BotConfiguration): NodeJS.ProcessEnv {
  const { MILO_ATTEMPT_TOKEN: _kept, ...passed } = environment;
  return {
    ...passed,
    MILO_BOT_ID: String(configuration.botId),
    MILO_BOT_NAME: configuration.botName,
    MILO_MEETING_URL: configuration.meetingUrl,
    MILO_MEETING_PLATFORM: configuration.meetingPlatform,
    MILO_MAX_DURATION_MS: String(configuration.maxDurationMs),
  };
}

/** @returns null once it runs */
function startFailureOf(program: ChildProcess): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    program.once("spawn", () => resolve(null));
    program.once("error", resolve);
  });
}

function exitOf(program: ChildProcess): Promise<ProgramExit> {
  return new Promise((resolve) => {
    program.once("exit", (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** Resolves when fd 3 was closed by all who hold it. */
function relayStatuses(program: ChildProcess, report: ReportMeeting, log: Effects["log"]): Promise<void> {
  const lines = createInterface({ input: program.stdio[STATUS_FD] as Readable });
  lines.on("line", (line) => {
    const told = readStatusLine(line);
    if (told) void report(told);
    else log("warn", "a line on fd 3 was not understood", { length: line.length });
  });
  return new Promise((resolve) => lines.once("close", resolve));
}
