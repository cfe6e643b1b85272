import { constants } from "node:os";
import type { MeetingEnd } from "../drivers/meeting-driver.ts";

export type ProgramExit = { exitCode: number | null; signal: NodeJS.Signals | null };
type Circumstances = {
  okExitCodes: ReadonlySet<number>;
  /** It had been sent SIGTERM by us. */
  toldToLeave: boolean;
  /** It had outlived its grace and was sent SIGKILL by us. */
  killed: boolean;
};

/** As shells count: 128 + the signal's number. */
const SIGNAL_BASE = 128;
const SIGTERM_EXIT_CODE = SIGNAL_BASE + constants.signals.SIGTERM;

/** What a program's exit says of its call; the table is in docs/bot-contract.md. */
export function interpretExit({ exitCode, signal }: ProgramExit, circumstances: Circumstances): MeetingEnd {
  const code = exitCode ?? SIGNAL_BASE + (signal ? constants.signals[signal] : 0);
  if (circumstances.killed) {
    return failure("KILLED_AFTER_GRACE", "The program did not end after SIGTERM and was killed.", code);
  }
  if (exitCode !== null && circumstances.okExitCodes.has(exitCode)) {
    return {
      result: "ended",
      code: "PROGRAM_ENDED",
      message: `The program ended with exit code ${code}.`,
      exitCode: 0,
    };
  }
  if (circumstances.toldToLeave && code === SIGTERM_EXIT_CODE) {
    return { result: "ended", code: "PROGRAM_TERMINATED", message: "The program ended by SIGTERM.", exitCode: 0 };
  }
  if (signal) return failure(`PROGRAM_${signal}`, `The program was ended by ${signal}.`, code);
  // A success that --ok-exit-codes does not list is a failure, and must not look like a success to the platform.
  return failure(`PROGRAM_EXIT_${code}`, `The program ended with exit code ${code}.`, code || 1);
}

/** The program never ran: missing (ENOENT) or not executable. */
export function interpretStartFailure(error: NodeJS.ErrnoException): MeetingEnd {
  const exitCode = error.code === "ENOENT" ? 127 : 126;
  return failure("PROGRAM_NOT_STARTED", `The program could not be started: ${error.code ?? error.message}.`, exitCode);
}

function failure(code: string, message: string, exitCode: number): MeetingEnd {
  return { result: "failed", code, message, exitCode };
}
