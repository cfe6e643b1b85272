import { buildMilo } from "../../scripts/start/build-milo.ts";
import { type Ending, waitForEnd } from "../../scripts/start/wait-for-end.ts";
import { createApi } from "./api-client.ts";
import { playDay } from "./day/play-day.ts";
import { playTrickle } from "./day/play-trickle.ts";
import type { DemoOptions } from "./options.ts";
import { makeRunFolder, type RunFolder } from "./stack/places.ts";
import { type Stack, startStack } from "./stack/start-stack.ts";
import { type Narrator, startNarrator } from "./story/narrator.ts";
import { createTerminal, type Terminal } from "./story/terminal.ts";
import { FAST, LIMITS, type Timings, WATCHABLE } from "./timings.ts";
import { type Report, summarise, toReport } from "./verdict/report.ts";

/** A run that ends has this long from its start to its verdict, the first build aside. */
const ONCE_LIMIT_MS = 165_000;

type Run = { options: DemoOptions; timings: Timings; terminal: Terminal; folder: RunFolder; ending: Ending };

/** Runs the demo to its end and answers the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const terminal = createTerminal(options.json ? process.stderr : process.stdout);
  const run: Run = {
    options,
    terminal,
    timings: options.once ? FAST : WATCHABLE,
    folder: makeRunFolder(),
    ending: waitForEnd(),
  };
  const report = await perform(run);
  const keepsLogs = report.error !== undefined;
  run.folder.remove(keepsLogs);
  if (report.error !== undefined) terminal.line(`\n${terminal.paint("red", report.error)}\nLogs: ${run.folder.logs}`);
  else if (options.once) terminal.line(`\n${summarise(report)}`);
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  if (options.once) return report.ok ? 0 : 1;
  return report.error === undefined ? 0 : 1;
}

async function perform(run: Run): Promise<Report> {
  const { terminal, ending } = run;
  try {
    await buildMilo((text) => terminal.line(text));
    const limit = run.options.once ? AbortSignal.timeout(ONCE_LIMIT_MS) : null;
    const stack = await startStack({ ...run, port: run.options.port, say: (text) => terminal.line(text) });
    const killing = ending.second.then(() => stack.kill());
    try {
      return await playOn(run, stack, limit);
    } finally {
      terminal.line("\nStopping everything… (Ctrl-C again: at once)");
      await Promise.race([stack.stop(), killing]);
    }
  } catch (error) {
    return toReport([], error instanceof Error ? error.message : String(error));
  }
}

async function playOn(run: Run, stack: Stack, limit: AbortSignal | null): Promise<Report> {
  const { terminal, timings, options, ending } = run;
  const api = createApi(stack.consoleUrl);
  const narrator = startNarrator(stack.database.sql, api, terminal);
  const stopping = new AbortController();
  const signal = limit === null ? stopping.signal : AbortSignal.any([stopping.signal, limit]);
  void ending.first.then(() => stopping.abort());
  try {
    welcome(terminal, stack);
    const { catchUp } = narrator;
    const played = playDay({ stack, api, timings, terminal, catchUp, signal });
    const verdicts = await Promise.race([played, stack.lost]);
    const report = toReport(verdicts, stopping.signal.aborted && options.once ? "Interrupted." : undefined);
    if (!options.once && !signal.aborted) await goOn(run, stack, signal, report);
    return options.once ? report : { ...report, error: undefined };
  } finally {
    await endNarration(narrator);
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

async function endNarration(narrator: Narrator): Promise<void> {
  await narrator.catchUp();
  await narrator.stop();
}
