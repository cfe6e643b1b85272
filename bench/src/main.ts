import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@milo/postgres";
import { type BenchArguments, HELP, readArguments } from "./arguments.ts";
import { describeReplicas, replicaFigures } from "./recovery/recovery-figures.ts";
import { tellReport } from "./report.ts";
import { run, runReplicas } from "./run.ts";

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(args: BenchArguments): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "milo-bench-"));
  const bundleFolder = join(folder, "bundles");
  mkdirSync(bundleFolder);
  say(`PostgreSQL with its default durability starts in ${folder}`);
  try {
    const figures = await (args.only === "replicas" ? measureOnlyReplicas : measureAll)(args, folder, bundleFolder);
    if (args.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureAll(args: BenchArguments, folder: string, bundleFolder: string): Promise<object> {
  const server = await startPostgres({ dataDir: join(folder, "postgres"), database: "milo" });
  try {
    const result = await run({ args, server, folder, bundleFolder, say });
    tellReport(result, say);
    return result.figures;
  } finally {
    await server.stop();
  }
}

async function measureOnlyReplicas(args: BenchArguments, folder: string, bundleFolder: string): Promise<object> {
  const replicas = await runReplicas({ args, folder, bundleFolder, say });
  say(describeReplicas(replicas));
  return replicaFigures(replicas);
}

function readOrExit(): BenchArguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    say(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(2);
  }
}

const given = readOrExit();
if (given.help) process.stdout.write(`${HELP}\n`);
else await main(given);
