import { hideSecrets, keepSecret } from "#server/logging/known-secrets.ts";
import { maskUrls } from "#server/logging/mask-urls.ts";
import { listSecrets } from "../config/list-secrets.ts";
import type { RawEnvironment } from "../config/problem.ts";
import type { Command } from "./context.ts";
import { CliError, EXIT_CODES, type ExitCode } from "./exit-codes.ts";
import { describeAll, describeCommand } from "./help.ts";
import { createMiloApi } from "./milo-api.ts";
import type { Output, Screen } from "./output/screen.ts";
import { readInvocation } from "./read-invocation.ts";

export type CliOptions = {
  args: readonly string[];
  /** The environment, read again once the file of --env is known; null for none given. */
  loadEnv: (envFile: string | null) => RawEnvironment;
  /** The screens are made when NO_COLOR is known. */
  stdout: (env: RawEnvironment) => Screen;
  stderr: (env: RawEnvironment) => Screen;
  signal: AbortSignal;
  nowMs: () => number;
};

/** Loaded when called: `milo status` has no need of three platforms' clients. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  doctor: async () => (await import("./commands/doctor.ts")).runDoctor,
  probe: async () => (await import("./commands/probe.ts")).runProbe,
  status: async () => (await import("./commands/status.ts")).showStatus,
  hold: async () => (await import("./commands/mode.ts")).setMode,
  resume: async () => (await import("./commands/mode.ts")).setMode,
  drain: async () => (await import("./commands/mode.ts")).setMode,
  queue: async () => (await import("./commands/queue.ts")).listQueue,
  "queue cancel": async () => (await import("./commands/queue.ts")).cancelQueued,
  "queue priority": async () => (await import("./commands/queue.ts")).setQueuePriority,
  bots: async () => (await import("./commands/bots.ts")).listBots,
  "bots show": async () => (await import("./commands/show-bot.ts")).showBot,
  "bots stop": async () => (await import("./commands/bots.ts")).stopBots,
  "bots replace-anyway": async () => (await import("./commands/operator-word.ts")).replaceAnyway,
  "deployment confirm-gone": async () => (await import("./commands/operator-word.ts")).confirmGone,
  "platform confirm-mass-stop": async () => (await import("./commands/operator-word.ts")).confirmMassStop,
};

const DEFAULT_PORT = "3000";

/** Runs one command line to its exit code. Never throws. */
export async function runCli(options: CliOptions): Promise<ExitCode> {
  try {
    return await run(options);
  } catch (error) {
    const { text, exitCode } = explain(error);
    guard(options.stderr({})).write(`${text}\n`);
    return exitCode;
  }
}

/** A platform's words, which a check-up shows, may quote what it was sent: a terminal is read over shoulders and pasted. */
function guard(screen: Screen): Screen {
  return { ...screen, write: (text) => screen.write(maskUrls(hideSecrets(text))) };
}

async function run(options: CliOptions): Promise<ExitCode> {
  const asked = readInvocation(options.args);
  if (asked.kind === "help") {
    options.stdout({}).write(asked.command === null ? describeAll() : describeCommand(asked.command));
    return EXIT_CODES.ok;
  }
  const { invocation } = asked;
  const env = loadEnv(options, invocation.options.env ?? null);
  keepSecret(...listSecrets(env));
  const output: Output = {
    stdout: guard(options.stdout(env)),
    stderr: guard(options.stderr(env)),
    json: invocation.options.json === "true",
  };
  // What looks for the faults of a configuration must not stumble over them.
  const url = invocation.command.callsMilo ? findMilo(invocation.options.url, env) : "";
  const api = createMiloApi(url, env.MILO_ACCESS_TOKEN?.trim() || undefined);
  const command = await COMMANDS[invocation.command.name]?.();
  if (command === undefined) throw new Error(`milo ${invocation.command.name} is not there.`);
  return command({ invocation, env, output, api, signal: options.signal, nowMs: options.nowMs });
}

function loadEnv({ loadEnv: load }: CliOptions, file: string | null): RawEnvironment {
  try {
    return load(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT_CODES.usage, `The variables of ${file ?? ".env"} cannot be read: ${why}`);
  }
}

/** Where milo is: as told, else where bots are told, else on this machine. */
function findMilo(given: string | undefined, env: RawEnvironment): string {
  const url = given ?? (env.MILO_PUBLIC_URL?.trim() || `http://127.0.0.1:${env.PORT?.trim() || DEFAULT_PORT}`);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url.replace(/\/+$/, "");
  const name = given === undefined ? "MILO_PUBLIC_URL" : "--url";
  throw new CliError(EXIT_CODES.usage, `${name} must be an http:// or https:// address, not "${url}".`);
}

function explain(error: unknown): { text: string; exitCode: ExitCode } {
  if (error instanceof CliError) return { text: error.message, exitCode: error.exitCode };
  const message = error instanceof Error ? error.message : String(error);
  return { text: `milo's command line failed: ${message}`, exitCode: EXIT_CODES.failed };
}
