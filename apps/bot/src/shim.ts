#!/usr/bin/env node
import { processEnvironment } from "./environment.ts";
import { EXIT_CODES } from "./exit-codes.ts";
import { runProcess } from "./process.ts";
import { createProgramDriver } from "./shim/program-driver.ts";
import { readShimOptions, SHIM_HELP } from "./shim/shim-options.ts";

/** After the program's grace, time to notice its end and to report before the session gives the program up. */
const REPORT_ALLOWANCE_MS = 5_000;

/** `milo-bot-shim`: the bot contract around any program. */
const read = readShimOptions(process.argv.slice(2));
if (read.kind === "help") {
  console.log(SHIM_HELP);
  process.exit(EXIT_CODES.done);
}
if (read.kind === "invalid") {
  console.error(`milo-bot-shim: ${read.problem} See milo-bot-shim --help.`);
  process.exit(EXIT_CODES.badEnvironment);
}
const { options } = read;
const patienceMs = options.graceMs + REPORT_ALLOWANCE_MS;
await runProcess((effects) => createProgramDriver(options, processEnvironment(), effects), {
  askedMs: patienceMs,
  terminatedMs: patienceMs,
});
