import { parseArgs } from "node:util";

export type ShimOptions = {
  /** The program and its arguments. */
  command: readonly [string, ...string[]];
  /** Exit codes of the program that mean DONE. */
  okExitCodes: ReadonlySet<number>;
  /** From SIGTERM to SIGKILL of the program; milliseconds. */
  graceMs: number;
  /** The program tells its statuses on fd 3; otherwise its start counts as IN_CALL. */
  reportsStatus: boolean;
};

/** Ends before the 30 s that platforms give by default between SIGTERM and SIGKILL, report included. */
const DEFAULT_GRACE_MS = 15_000;
/** With the report's allowance, within milo's `leave_by` (2 min). */
const LONGEST_GRACE_MS = 90_000;

export const SHIM_HELP = `Usage: milo-bot-shim [options] -- <command> [arguments]

Runs <command> as a bot of milo: claims the attempt first, reports its statuses, sends heartbeats, and makes it leave
(SIGTERM, then SIGKILL) when milo or the platform says so. If the claim is refused the command is never started.

Options:
  --ok-exit-codes <list>  exit codes of the command that mean DONE, e.g. 0,10 (default 0); all others are FATAL
  --grace-ms <number>     from SIGTERM to SIGKILL of the command (default ${DEFAULT_GRACE_MS}, at most ${LONGEST_GRACE_MS})
  --reports-status        the command writes its statuses to file descriptor 3, a line each:
                            IN_WAITING_ROOM [CODE] [message]
                            IN_CALL [CODE] [message]
                            - CODE [message]               (recorded, no change of status)
                          without this option the command's start is reported as IN_CALL
  --help                  this text

Needs MILO_URL, MILO_LAUNCH_KEY and MILO_ATTEMPT_TOKEN, which milo sets. The command is given MILO_BOT_ID,
MILO_BOT_NAME, MILO_MEETING_URL, MILO_MEETING_PLATFORM and MILO_MAX_DURATION_MS, and not MILO_ATTEMPT_TOKEN.

Exits with 0 when DONE was reported, else with the command's own code (128 + signal when a signal ended it; 1 for an unlisted 0), or:
  4 the claim could not be made   5 the claim was refused   6 milo never took the final report
  64 bad options or environment   126 the command cannot be executed   127 the command was not found`;

/** @param args the command line without node and the script */
export function readShimOptions(
  args: readonly string[],
): { kind: "run"; options: ShimOptions } | { kind: "help" } | { kind: "invalid"; problem: string } {
  try {
    const separator = args.indexOf("--");
    const own = separator < 0 ? args : args.slice(0, separator);
    const { values } = parseArgs({
      args: [...own],
      options: {
        "ok-exit-codes": { type: "string", default: "0" },
        "grace-ms": { type: "string", default: String(DEFAULT_GRACE_MS) },
        "reports-status": { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return { kind: "help" };
    const [program, ...rest] = separator < 0 ? [] : args.slice(separator + 1);
    if (!program) return { kind: "invalid", problem: "The command is missing: it follows --." };
    const options: ShimOptions = {
      command: [program, ...rest],
      okExitCodes: new Set(values["ok-exit-codes"].split(",").map((text) => readInteger(text, "--ok-exit-codes", 255))),
      graceMs: readInteger(values["grace-ms"], "--grace-ms", LONGEST_GRACE_MS),
      reportsStatus: values["reports-status"],
    };
    return { kind: "run", options };
  } catch (error) {
    return { kind: "invalid", problem: error instanceof Error ? error.message : String(error) };
  }
}

function readInteger(text: string, name: string, maximum: number): number {
  const value = Number(text);
  if (!/^\s*\d+\s*$/.test(text) || value > maximum) {
    throw new Error(`${name} must be whole numbers from 0 to ${maximum}, not "${text}".`);
  }
  return value;
}
