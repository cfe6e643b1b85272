/** Runs milo on this machine; `--help` says how. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildMilo } from "./start/build-milo.ts";
import { checkConfiguration, readEnvironment, usesEmbeddedDatabase } from "./start/environment.ts";
import { ROOT } from "./start/paths.ts";
import { startSystem } from "./start/system.ts";
import { waitForEnd } from "./start/wait-for-end.ts";
import { watchSources } from "./start/watch-sources.ts";

const HELP = `Runs milo: console and API, dispatcher and, unless DATABASE_URL names one, a database of its own.

  npm start                    runs what production runs; builds it first when sources changed
  npm run dev                  runs from source; the console reloads as you edit, the server restarts

  --env-file <file>            variables to read besides the environment, which wins (default: .env)
  --help                       this text

It is configured by environment variables: docs/configuration.md lists them, .env.example is a start.
Ctrl-C stops it in order: bots go on running, and the next start finds them. A second Ctrl-C stops it at once.
`;

/** What runs on the server; the console's own files are reloaded by Next. */
const SERVER_SOURCES = [
  "apps/milo/src/server",
  "apps/milo/src/config",
  "apps/milo/src/env.ts",
  "packages/placement/src",
  "packages/bot-contract/src",
];

async function run(options: { dev: boolean; envFile: string }): Promise<number> {
  const { dev } = options;
  const env = readEnvironment(options.envFile, process.env);
  const { summary, dataDir } = checkConfiguration(env);
  const database = usesEmbeddedDatabase(env) ? ["DATABASE_URL is not set: milo runs a database of its own"] : [];
  console.log(["Effective configuration:", ...[...database, ...summary].map((line) => `  ${line}`)].join("\n"));
  if (!dev) await buildMilo((text) => console.log(text));
  const ending = waitForEnd();
  const system = await startSystem({ env, dev, dataDir, print: (line) => console.log(line) });
  console.log(`\nmilo is running: ${system.url}\n`);
  const stopWatching = dev ? watchSources(ROOT, SERVER_SOURCES, system.restart) : () => undefined;
  const reason = await Promise.race([ending.first, system.failed]);
  stopWatching();
  console.log(`Stopping: ${reason}`);
  const inOrder = await Promise.race([system.stop().then(() => true), ending.second.then(() => false)]);
  if (!inOrder) await system.kill();
  console.log(inOrder ? "Stopped." : "Stopped at once; what was under way is taken up at the next start.");
  return inOrder && ending.wasAsked() ? 0 : 1;
}

const { values } = parseArgs({
  options: {
    dev: { type: "boolean", default: false },
    "env-file": { type: "string", default: join(ROOT, ".env") },
    help: { type: "boolean", default: false },
  },
});
if (values.help) console.log(HELP);
else {
  try {
    process.exitCode = await run({ dev: values.dev, envFile: values["env-file"] });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
