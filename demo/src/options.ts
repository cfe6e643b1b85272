import { parseArgs } from "node:util";

/** How the demo is to run. */
export type DemoOptions = {
  /** Fast timings, and an end. */
  once: boolean;
  /** One line of JSON, the last of stdout; everything else goes to stderr. */
  json: boolean;
  /** Port of the console; 0 = any free one. */
  port: number;
  help: boolean;
};

export const HELP = `Runs milo on this machine: an embedded PostgreSQL, emulators of Kubernetes, AWS ECS and Coolify, the web
process and a dispatcher; then a scripted day of meetings, told as it happens.

  npm run demo                       a day in about three minutes, then a trickle of bots until Ctrl-C
  npm run demo -- --port 3000        with the console on that port (default: any free one)
  npm run demo -- --once             the same day on fast timings; then it says what was seen, and ends
  npm run demo -- --once --json      the same, with the result as one line of JSON on stdout

Exit code with --once: 0 when every scenario was seen in the database and on the emulators' record, else 1.
`;

/** Reads the command line. Throws a sentence for one that makes no sense. */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      port: { type: "string", default: "0" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}.`);
  }
  if (values.json && !values.once) throw new Error("--json needs --once: without it the demo has no end.");
  return { once: values.once, json: values.json, port, help: values.help };
}
