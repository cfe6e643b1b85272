/** Loads a whole milo for long and watches what grows; `--help` says how. */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { waitForEnd } from "../../../scripts/start/wait-for-end.ts";
import { drawGraph } from "./graph/draw-graph.ts";
import { findGrowth, formatFigures, judgeSoak } from "./judge.ts";
import { HELP, readSoakOptions, type SoakOptions } from "./options.ts";
import { runSoak, type SoakRecord } from "./run-soak.ts";
import type { Sample } from "./sample.ts";

const startedMs = performance.now();

function say(text: string): void {
  process.stderr.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(7)}  ${text}\n`);
}

function tell({ processes, database }: Sample): void {
  const sizes = processes.map(({ name, rssBytes }) => `${name} ${Math.round(rssBytes / 2 ** 20)} MiB`).join(", ");
  if (database === null) {
    say(`${sizes}; the database does not answer`);
    return;
  }
  const { running, waiting, finished, connections, tables } = database;
  const bytes = tables.reduce((sum, one) => sum + one.tableBytes + one.indexBytes, 0);
  const open = Object.values(connections).reduce((sum, count) => sum + count, 0);
  const bots = `${running} run, ${waiting} wait, ${finished} finished`;
  say(`${bots}; ${sizes}; ${open} connections; tables ${(bytes / 2 ** 20).toFixed(1)} MiB`);
}

async function load(options: SoakOptions): Promise<SoakRecord> {
  if (options.from !== null) return JSON.parse(readFileSync(options.from, "utf8")) as SoakRecord;
  const interrupted = new AbortController();
  const ending = waitForEnd();
  void ending.first.then(() => {
    say("ending everything");
    interrupted.abort(new Error("Interrupted"));
  });
  void ending.second.then(() => process.exit(130)); // What runs dies with this process: see the lifeline.
  return runSoak({
    ...options,
    keepLogs: options.keep,
    signal: interrupted.signal,
    say,
    onSample: (sample) => {
      tell(sample);
      if (options.samples !== null) appendFileSync(options.samples, `${JSON.stringify(sample)}\n`);
    },
  });
}

/** Draws, prints and judges; the exit code. */
function report(run: SoakRecord, { json, svg }: SoakOptions): number {
  const verdict = judgeSoak(run);
  if (svg !== null) writeFileSync(svg, drawGraph(run));
  for (const line of verdict.unjudged) say(`not judged: ${line}`);
  const found = [...run.violations.map(({ promise, what }) => `promise ${promise}: ${what}`), ...findGrowth(verdict)];
  for (const line of found) say(line);
  say(found.length === 0 ? "flat, and every promise held" : `${found.length} findings`);
  if (json) process.stdout.write(`${JSON.stringify({ ...run, verdict, found })}\n`);
  else process.stdout.write(`${formatFigures(verdict)}\n`);
  return found.length === 0 ? 0 : 1;
}

try {
  const options = readSoakOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${HELP}\n`);
  else process.exitCode = report(await load(options), options);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
process.exit();
