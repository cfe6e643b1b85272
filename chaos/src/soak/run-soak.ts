import { setTimeout as delay } from "node:timers/promises";
import { checkAdmitted } from "../checks/admitted.ts";
import { checkBreaks } from "../checks/breaks.ts";
import { checkClaims } from "../checks/claims.ts";
import { checkKept } from "../checks/kept.ts";
import { checkAdmissions, checkRunning } from "../checks/limits.ts";
import { checkRest } from "../checks/rest.ts";
import type { Family } from "../faults/family.ts";
import { injectFaults } from "../faults/schedule.ts";
import { startCallers } from "../load/callers.ts";
import { readRecords } from "../record/read-records.ts";
import type { Violation } from "../record/records.ts";
import { createSpanBook } from "../record/spans.ts";
import { SETTLED_WITHIN_MS, settle } from "../settle.ts";
import { makePlaces } from "../stack/places.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { KEEP_DAYS, soakPlan } from "./plan.ts";
import type { Sample, SoakResult } from "./sample.ts";
import { takeSample } from "./take-sample.ts";

export type SoakRun = {
  seed: number;
  minutes: number;
  botsPerMinute: number;
  keepLogs: boolean;
  signal: AbortSignal;
  say(text: string): void;
  onSample(sample: Sample): void;
};

/** What is known of a run, promises that were broken included. */
export type SoakRecord = SoakResult & { violations: readonly Violation[] };

/** Failpoints end the process whose memory is watched; changed limits change the load. Both are chaos's. */
const FAMILIES: readonly Family[] = ["processes", "freezes", "database", "links", "platforms", "bots", "clocks"];
const FAULT_GAP_MS = [60_000, 120_000] as const;
const CALL_SECONDS = [15, 30] as const;
const DISPATCHERS = 2;
const RESTART_AFTER_MS = 400;
const MINUTE_MS = 60_000;
const SAMPLE_EVERY_MS = 10_000;
/** Longer than milo may go without a listing. */
const LEAST_RETENTION_MS = 30_000;
/** However short the run, so many samples. */
const LEAST_SAMPLES = 12;

/** One run: start, load and sample, settle, read what came of it; nothing of it is left. Throws when it could not run. */
export async function runSoak(run: SoakRun): Promise<SoakRecord> {
  const { seed, minutes, botsPerMinute, signal, say } = run;
  const everyMs = Math.min(SAMPLE_EVERY_MS, (minutes * MINUTE_MS) / LEAST_SAMPLES);
  const keepMinutes = minutes / 4;
  const places = makePlaces();
  let stack: Stack | undefined;
  let isDone = false;
  try {
    say("starting PostgreSQL, the emulated platforms, two web replicas and two dispatchers");
    stack = await startStack({
      signal,
      places,
      sabotage: null,
      dispatchers: DISPATCHERS,
      plan: soakPlan(botsPerMinute),
      environment: { HISTORY_KEEP_DAYS: String(KEEP_DAYS) },
      dayMs: (keepMinutes * MINUTE_MS) / KEEP_DAYS,
      gaugeEveryMs: everyMs,
      slowsAdmission: false,
      restartAfterMs: () => RESTART_AFTER_MS,
      onChange: () => undefined,
    });
    // ECS shows stopped tasks for an hour, a small part of a day: one that outlived its row would pass for an orphan.
    const stoppedRetentionMs = Math.max(LEAST_RETENTION_MS, (keepMinutes * MINUTE_MS) / 4);
    await stack.emulators.aws.set({ stoppedRetentionMs });
    const callers = startCallers(stack.apiUrl, seed, {
      meanGapMs: MINUTE_MS / botsPerMinute,
      callSeconds: CALL_SECONDS,
    });
    const startedMs = performance.now();
    const atS = () => (performance.now() - startedMs) / 1_000;
    const happened: { atS: number; name: string }[] = [];
    const samples: Sample[] = [];
    const faults = injectFaults(spareTheFirst(stack), {
      seed,
      signal,
      forMs: minutes * MINUTE_MS,
      only: FAMILIES,
      gapMs: FAULT_GAP_MS,
      say: (name) => {
        happened.push({ atS: atS(), name });
        say(name);
      },
    });
    while (atS() < minutes * 60 && !signal.aborted) {
      await delay(everyMs - ((atS() * 1_000) % everyMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const sample = await takeSample(stack, atS(), everyMs);
      samples.push(sample);
      run.onSample(sample);
    }
    await faults.done;
    say("no more faults; no more bots");
    await callers.stop();
    await settle(stack, { settleWithinMs: SETTLED_WITHIN_MS, signal, say });
    signal.throwIfAborted();
    const violations = await findViolations(stack, callers.accepted);
    isDone = violations.length === 0;
    const { accepted, failedCalls } = callers;
    const counts = { accepted: accepted.length, failedCalls: failedCalls() };
    return { seed, minutes, botsPerMinute, keepMinutes, ...counts, faults: happened, samples, violations };
  } finally {
    await stack?.stop();
    const keeps = run.keepLogs || (!isDone && !signal.aborted);
    if (keeps) say(`logs: ${places.folder}/logs`);
    places.remove(keeps);
  }
}

/** The first web replica and the first dispatcher are never ended or frozen: their memory is seen over the whole run. */
function spareTheFirst(stack: Stack): Stack {
  return { ...stack, webs: stack.webs.slice(1), dispatchers: stack.dispatchers.slice(1) };
}

const CHECKS = [checkAdmissions, checkRunning, checkAdmitted, checkClaims, checkBreaks, checkKept, checkRest];

/** What chaos checks, as far as it can be told from what is still kept. */
async function findViolations(stack: Stack, accepted: Parameters<typeof readRecords>[1]): Promise<Violation[]> {
  const nothing = createSpanBook(Date.now);
  const books = { noDispatcher: nothing, noWeb: nothing, noStamp: nothing };
  const records = await readRecords(stack, accepted, books);
  const finals = await stack.postgres.sql<{ id: number }[]>`SELECT bot_id AS id FROM chaos_finals`;
  const ended = new Map<number, number>();
  for (const { id } of finals) ended.set(id, (ended.get(id) ?? 0) + 1);
  const lost = accepted
    .filter(({ botId }) => ended.get(botId) !== 1)
    .map(({ botId }): Violation => ({ promise: 3, what: `Bot ${botId} became final ${ended.get(botId) ?? 0} times` }));
  return [...lost, ...CHECKS.flatMap((check) => check(records))];
}
