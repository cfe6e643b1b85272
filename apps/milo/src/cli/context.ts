import type { RawEnvironment } from "../config/problem.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { MiloApi } from "./milo-api.ts";
import type { Output } from "./output/screen.ts";
import type { Invocation } from "./read-invocation.ts";

/** What a command is given. */
export type CommandContext = {
  invocation: Invocation;
  env: RawEnvironment;
  output: Output;
  api: MiloApi;
  /** Aborted when the operator wants it to end; what it started is to be cleaned up then. */
  signal: AbortSignal;
  nowMs: () => number;
};

/** Runs one command to its exit code. */
export type Command = (context: CommandContext) => Promise<ExitCode>;
