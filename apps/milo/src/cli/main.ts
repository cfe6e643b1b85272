/** `milo …`: see `milo --help`. */
import { loadEnvironment } from "#env";
import { stopSignal } from "#server/process/stop-signal.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { createScreen } from "./output/screen.ts";
import { runCli } from "./run-cli.ts";

/** Only a probe leaves something behind; what it started is cleaned up before it ends. */
const cleansUp = process.argv.includes("probe");
const ending = new AbortController();
const signals = stopSignal();
void signals.first.then(() => {
  if (!cleansUp) process.exit(EXIT_CODES.interrupted);
  process.stderr.write("\nCleaning up; again to end at once.\n");
  ending.abort();
});
void signals.second.then(() => process.exit(EXIT_CODES.interrupted));

// `milo bots | head` has seen enough: that is no fault.
process.stdout.on("error", () => process.exit(EXIT_CODES.ok));

process.exitCode = await runCli({
  args: process.argv.slice(2),
  loadEnv: loadEnvironment,
  stdout: (env) => createScreen(process.stdout, env),
  stderr: (env) => createScreen(process.stderr, env),
  signal: ending.signal,
  nowMs: Date.now,
});

// Its listeners for signals would not keep it, but an open connection may.
process.exit();
