import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runProgram } from "./run-program.ts";
import { planSuites, type Suite } from "./suites.ts";
import { addTallies, judgeSuite, parseTallies, TALLY_FILE_VARIABLE, type Tally, tallyLine } from "./tally.ts";

const HELP = `Runs every suite and prints the sum as the last line.

  npm test                        everything
  npm test -- unit db             some kinds: unit, property, db, contract, sim, e2e, chaos
  npm test -- db queue            some kinds, only files whose path contains "queue"
  npm test -- --report-failure N  adds N failures found before the tests, for .ci/run`;

async function runSuite(suite: Suite, folder: string): Promise<Tally> {
  const report = join(folder, `${suite.name}.jsonl`);
  console.log(`\n── ${suite.name} ──`);
  const exitCode = await runProgram(process.execPath, suite.args, { [TALLY_FILE_VARIABLE]: report });
  return judgeSuite(existsSync(report) ? parseTallies(readFileSync(report, "utf8")) : [], exitCode);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { "report-failure": { type: "string", default: "0" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help) return console.log(HELP);
  const suites = planSuites(positionals);
  const folder = mkdtempSync(join(tmpdir(), "milo-tally-"));
  const tallies: Tally[] = [{ passed: 0, failed: Number(values["report-failure"]), skipped: 0 }];
  try {
    for (const suite of suites) tallies.push(await runSuite(suite, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const sum = addTallies(tallies);
  console.log(`\n${tallyLine(sum)}`);
  if (sum.failed > 0 || sum.passed === 0) process.exitCode = 1;
}

await main();
