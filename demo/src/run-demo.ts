import { buildMilo } from "../../scripts/start/build-milo.ts";
import { type Ending, waitForEnd } from "../../scripts/start/wait-for-end.ts";
import { createApi } from "./api-client.ts";
import { playDay } from "./day/play-day.ts";
import { playTrickle } from "./day/play-trickle.ts";
import type { DemoOptions } from "./options.ts";
import { makeRunFolder, type RunFolder } from "./stack/places.ts";
import { type Stack, startStack } from "./stack/start-stack.ts";
import { startNarrator } from "./story/narrator.ts";
import { createTerminal, type Terminal } from "./story/terminal.ts";
import { FAST, LIMITS, type Timings, WATCHABLE } from "./timings.ts";
import { type Report, summarise, toReport } from "./verdict/report.ts";

/** A run that ends has this long from its start to its verdict, the first build aside. */
const ONCE_LIMIT_MS = 165_000;
const INTERRUPTED = "It was interrupted before the day was over.";

type Run = { options: DemoOptions; timings: Timings; terminal: Terminal; folder: RunFolder; ending: Ending };

/** Runs the demo to its end and answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const terminal = createTerminal(options.json ? process.stderr : process.stdout);
  const timings = options.once ? FAST : WATCHABLE;
  const run: Run = { options, terminal, timings, folder: makeRunFolder(), ending: waitForEnd() };
  const report = await perform(run);
  const { ok, error } = report;
  const needsLogs = error === undefined ? options.once && !ok : error !== INTERRUPTED;
  run.folder.remove(needsLogs);
  if (error !== undefined) terminal.line(`\n${terminal.paint("red", error)}`);
  else if (options.once) terminal.line(`\n${summarise(report)}`);
  if (needsLogs) terminal.line(`Logs: ${run.folder.logs}`);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (options.once) return ok ? 0 : 1;
  return error === undefined ? 0 : 1;
}

async function perform(run: Run): Promise<Report> {
  const { terminal, ending, options } = run;
  const say = (text: string) => terminal.line(text);
  const interrupted = new AbortController();
  void ending.first.then(() => interrupted.abort());
  let stack: Stack | undefined;
  // What was started dies with this process: see the lifeline.
  void ending.second.then(() => (stack === undefined ? process.exit(130) : stack.kill()));
  try {
    await buildMilo(say);
    const limit = options.once ? [AbortSignal.timeout(ONCE_LIMIT_MS)] : [];
    stack = await startStack({ ...run, port: options.port, say, signal: interrupted.signal });
    const report = await playOn(run, stack, AbortSignal.any([interrupted.signal, ...limit]));
    return options.once && interrupted.signal.aborted ? { ...report, ok: false, error: INTERRUPTED } : report;
  } catch (error) {
    if (interrupted.signal.aborted) return options.once ? toReport([], INTERRUPTED) : toReport([]);
    return toReport([], error instanceof Error ? error.message : String(error));
  } finally {
    if (stack !== undefined) say("\nStopping everything… (Ctrl-C again: at once)");
    await stack?.stop();
  }
}

async function playOn(run: Run, stack: Stack, signal: AbortSignal): Promise<Report> {
  const { terminal, timings, options } = run;
  const api = createApi(stack.consoleUrl);
  const narrator = startNarrator(stack.database.sql, api, terminal);
  const lost = new AbortController();
  const until = AbortSignal.any([signal, lost.signal]);
  try {
    welcome(terminal, stack);
    const day = playDay({ stack, api, timings, terminal, catchUp: narrator.catchUp, signal: until });
    const report = toReport(await Promise.race([day, stack.lost]));
    if (!options.once && !until.aborted) await goOn(run, stack, until, report);
    return report;
  } finally {
    lost.abort();
    await narrator.stop();
  }
}

/** The day is over; the demo stays up. */
async function goOn({ terminal }: Run, stack: Stack, signal: AbortSignal, report: Report): Promise<void> {
  terminal.line(`\n${terminal.paint("bold", "The day is over.")} ${summarise(report)}`);
  terminal.line(`Bots keep coming, so that the console has life: ${stack.consoleUrl}   (Ctrl-C ends it all)\n`);
  await Promise.race([playTrickle(createApi(stack.consoleUrl), signal), stack.lost]);
}

function welcome(terminal: Terminal, { consoleUrl }: Stack): void {
  const { k8s, aws, coolify } = LIMITS;
  terminal.line(`\nmilo is up. The console: ${terminal.paint(["bold", "underline"], consoleUrl)}`);
  terminal.line(`Limits: K8s ${k8s}, AWS ${aws}, Coolify ${coolify}; tried in this order.`);
}
