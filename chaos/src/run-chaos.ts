import { writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { checkRecords } from "./checks/check.ts";
import { type FaultCounts, injectFaults } from "./faults/schedule.ts";
import { startCallers } from "./load/callers.ts";
import type { Pace } from "./load/orders.ts";
import { type Lateness, watchLateness } from "./record/lateness.ts";
import { type Books, readRecords } from "./record/read-records.ts";
import type { Violation } from "./record/records.ts";
import { createSpanBook } from "./record/spans.ts";
import { settle } from "./settle.ts";
import { makePlaces } from "./stack/places.ts";
import type { ChaosPlan } from "./stack/plan.ts";
import { type Stack, startStack } from "./stack/stack.ts";

export type ChaosResult = {
  seed: number;
  minutes: number;
  bots: number;
  faults: FaultCounts;
  violations: readonly Violation[];
  /** Says whether the machine was up to it. */
  lateness: Lateness;
};

export type ChaosRun = {
  seed: number;
  minutes: number;
  /** What is done: families of faults, or single ones. */
  only: readonly string[];
  /** For how long bots go on to come when nothing is done any more. */
  calmMinutes: number;
  sabotage: string | null;
  /** The first plan, and what callers ask for, when they are not chaos's own. */
  plan?: ChaosPlan;
  pace?: Pace;
  /** How long is waited until all is at rest. */
  settleWithinMs: number;
  keepLogs: boolean;
  signal: AbortSignal;
  say(text: string): void;
};

const RESTART_AFTER_MS = 400;
const MINUTE_MS = 60_000;

/** One run: start, break, settle, judge; nothing of it is left. Throws when it could not run. */
export async function runChaos(run: ChaosRun): Promise<ChaosResult> {
  const { seed, minutes, signal, say } = run;
  const places = makePlaces();
  const books = {
    noDispatcher: createSpanBook(Date.now),
    noWeb: createSpanBook(Date.now),
    noStamp: createSpanBook(Date.now),
  };
  const watched = watchLateness();
  let stack: Stack | undefined;
  let isClean = false;
  try {
    say("starting PostgreSQL, the emulated platforms, two web replicas and three dispatchers");
    stack = await startStack({
      ...run,
      places,
      restartAfterMs: () => RESTART_AFTER_MS,
      onChange: () => stack && noteSpans(stack, books),
    });
    noteSpans(stack, books);
    const callers = startCallers(stack.apiUrl, seed, run.pace);
    const faults = injectFaults(stack, { ...run, forMs: minutes * MINUTE_MS });
    const progress = tellProgress(stack, say, signal);
    await faults.done;
    await delay(run.calmMinutes * MINUTE_MS, undefined, { signal });
    say("no more faults; no more bots");
    await callers.stop();
    await settle(stack, run);
    progress.stop();
    signal.throwIfAborted();
    const records = await readRecords(stack, callers.accepted, books);
    const ended = [
      ...stack.losses(),
      ...[...stack.dispatchers, ...stack.webs].flatMap((one) => one.process.failures()),
    ];
    say(
      `${records.bots.length} bots, ${callers.accepted.length} accepted, ${callers.failedCalls()} calls failed, ` +
        `${records.attempts.length} attempts, ${records.claims.length} claims`,
    );
    for (const one of new Set(ended)) say(`${one}, ${ended.filter((other) => other === one).length} times`);
    const violations = checkRecords(records);
    isClean = violations.length === 0;
    if (!isClean || run.keepLogs) writeFileSync(places.logFile("records"), JSON.stringify(records));
    const lateness = watched.read();
    const { meanMs, p99Ms, mostMs } = lateness;
    say(`timers were ${meanMs} ms late on average, one in a hundred ${p99Ms} ms or more, at most ${mostMs} ms`);
    return { seed, minutes, bots: records.bots.length, faults: faults.counts(), violations, lateness };
  } finally {
    watched.stop();
    await stack?.stop();
    const keeps = run.keepLogs || (!isClean && !signal.aborted);
    if (keeps) say(`logs: ${places.folder}/logs`);
    places.remove(keeps);
  }
}

/** Notes from when to when nobody could admit, and from when to when nobody could hear bots. */
function noteSpans(stack: Stack, books: Books): void {
  const { links, postgres } = stack;
  const reaches = (members: Stack["webs"], own: readonly { database: { isOpen(): boolean } }[]) =>
    postgres.isUp() && members.some(({ process }, index) => process.isUp() && own[index]?.database.isOpen() === true);
  books.noDispatcher.note(reaches(stack.dispatchers, links.dispatchers));
  const hears = reaches(stack.webs, links.webs);
  books.noStamp.note(hears);
  books.noWeb.note(links.bots.isOpen() && hears);
}

const PROGRESS_EVERY_MS = 15_000;

function tellProgress(stack: Stack, say: (text: string) => void, signal: AbortSignal): { stop(): void } {
  const over = new AbortController();
  const until = AbortSignal.any([over.signal, signal]);
  const run = async () => {
    while (!until.aborted) {
      await delay(PROGRESS_EVERY_MS, undefined, { signal: until }).catch(() => undefined);
      const rows = await stack.postgres.sql<{ status: string; count: number }[]>`
        SELECT status, count(*)::int AS count FROM bots GROUP BY status ORDER BY status`.catch(() => []);
      if (!until.aborted) say(`bots: ${rows.map(({ status, count }) => `${status} ${count}`).join(", ")}`);
    }
  };
  void run();
  return { stop: () => over.abort() };
}
