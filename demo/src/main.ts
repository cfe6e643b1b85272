/** milo's front door: the whole system on this machine, and a day of meetings. `--help` says how. */
import { HELP, readOptions } from "./options.ts";
import { runDemo } from "./run-demo.ts";

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(HELP);
  else process.exitCode = await runDemo(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 2;
}
