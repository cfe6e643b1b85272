import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "@milo/postgres";
import { type BenchArguments, HELP, readArguments } from "./arguments.ts";
import { tellReport } from "./report.ts";
import { run } from "./run.ts";

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function main(args: BenchArguments): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "milo-bench-"));
  const bundles = join(folder, "bundles");
  mkdirSync(bundles);
  say(`PostgreSQL with its default durability starts in ${folder}`);
  const server = await startPostgres({ dataDir: join(folder, "postgres"), database: "milo" });
  try {
    const result = await run({ args, server, folder, bundleFolder: bundles, say });
    tellReport(result, say);
    if (args.json) process.stdout.write(`${JSON.stringify(result.figures)}\n`);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
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
