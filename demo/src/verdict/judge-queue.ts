import type { DayRecord } from "../record/day-record.ts";
import {
  botOf,
  claimedAttempt,
  firstRun,
  inOrder,
  list,
  neverOverLimits,
  neverRan,
  runsOf,
  same,
  seconds,
} from "./evidence.ts";
import type { Check } from "./scenario.ts";

/** With everything full bots wait for any platform, and start in order of arrival as slots free. */
export function judgeQueueDrains(record: DayRecord, cast: { bots: readonly number[] }): Check[] {
  const bots = cast.bots.map((id) => botOf(record, id));
  const stages = bots.map((bot) => bot.entry?.stage ?? "none");
  const arrived = inOrder(cast.bots, (id) => botOf(record, id).entry?.queuedAtMs);
  const took = inOrder(cast.bots, (id) => claimedAttempt(botOf(record, id))?.reservedAtMs);
  const started = inOrder(cast.bots, (id) => firstRun(record, id)?.startMs);
  const ran = cast.bots.filter((id) => firstRun(record, id) !== undefined).length;
  const served = bots.filter((bot) => bot.entry?.status === "DISPATCHED").length;
  return [
    {
      witness: "database",
      expected: "all wait for any platform",
      observed: `they waited for ${list(stages)}`,
      holds: stages.every((stage) => stage === "global"),
    },
    {
      witness: "database",
      expected: `slots taken by bots ${list(arrived)}`,
      observed: `slots taken by bots ${list(took)}`,
      holds: same(took, arrived),
    },
    {
      witness: "database",
      expected: "the queue is empty",
      observed: `${served} of ${bots.length} served, ${record.waiting} waiting`,
      holds: served === bots.length && record.waiting === 0,
    },
    {
      witness: "emulators",
      expected: `containers start for bots ${list(arrived)}`,
      observed: ran === bots.length ? `containers started for bots ${list(started)}` : `only ${ran} ran`,
      holds: ran === bots.length && same(started, arrived),
    },
    neverOverLimits(record),
  ];
}

/** A bot that may wait only so long ends with a reason, and nothing ever ran for it. */
export function judgeExpiry(record: DayRecord, cast: { bot: number; queueTimeoutMs: number }): Check[] {
  const bot = botOf(record, cast.bot);
  const waitedMs = (bot.finishedAtMs ?? Number.NaN) - (bot.entry?.queuedAtMs ?? Number.NaN);
  const reason = bot.statusReason ?? "";
  return [
    {
      witness: "database",
      expected: `FATAL QUEUE_TIMEOUT with a reason, not before ${seconds(cast.queueTimeoutMs)}`,
      observed: `${bot.status} ${bot.statusCode} “${reason}” after ${seconds(waitedMs)}`,
      holds:
        bot.status === "FATAL" &&
        bot.statusCode === "QUEUE_TIMEOUT" &&
        reason !== "" &&
        waitedMs >= cast.queueTimeoutMs,
    },
    ...neverRan(record, cast.bot),
  ];
}

/** Stopped while it waits: cancelled, and nothing ever ran for it. */
export function judgeStopQueued(record: DayRecord, cast: { bot: number }): Check[] {
  const bot = botOf(record, cast.bot);
  return [
    {
      witness: "database",
      expected: "CANCELLED on request, its queue entry too",
      observed: `${bot.status} ${bot.statusCode}, queue entry ${bot.entry?.status ?? "none"}`,
      holds: bot.status === "CANCELLED" && bot.stopRequestedAtMs !== null && bot.entry?.status === "CANCELLED",
    },
    ...neverRan(record, cast.bot),
  ];
}

/** Stopped in its call: it leaves by itself, its slot frees, and the bot that waited takes it. */
export function judgeStopRunning(record: DayRecord, cast: { stopped: number; successor: number }): Check[] {
  const bot = botOf(record, cast.stopped);
  const attempt = claimedAttempt(bot);
  const next = claimedAttempt(botOf(record, cast.successor));
  const [run] = runsOf(record, cast.stopped);
  const successor = firstRun(record, cast.successor);
  const byItself = run?.endMs != null && (run.toldToStopAtMs === null || run.toldToStopAtMs >= run.endMs);
  const how = byItself ? "by itself" : "after the platform was told to stop it";
  const gapMs = (successor?.startMs ?? Number.NaN) - (run?.endMs ?? Number.NaN);
  const slotTaken =
    attempt?.endedAtMs != null &&
    next !== undefined &&
    next.platform === attempt.platform &&
    next.slotNo === attempt.slotNo &&
    next.reservedAtMs >= attempt.endedAtMs;
  return [
    {
      witness: "database",
      expected: "it was asked to leave and is DONE, its attempt completed",
      observed: `${bot.status}, ${bot.stopRequestedAtMs === null ? "not asked" : "asked"}, attempt ${attempt?.outcome ?? "open"}`,
      holds: bot.status === "DONE" && bot.stopRequestedAtMs !== null && attempt?.outcome === "completed",
    },
    {
      witness: "database",
      expected: "the waiting bot takes its slot after it is free",
      observed: `${next?.platform ?? "no platform"} slot ${next?.slotNo ?? "none"}, left: slot ${attempt?.slotNo ?? "none"}`,
      holds: slotTaken,
    },
    {
      witness: "emulators",
      expected: "its container exits by itself with code 0",
      observed: `${run?.exit ?? "still running"}, ${how}`,
      holds: byItself && run?.exit === "code 0",
    },
    {
      witness: "emulators",
      expected: "the waiting bot's container starts after that",
      observed: successor === undefined ? "it never ran" : `it started ${seconds(gapMs)} later`,
      holds: gapMs >= 0,
    },
  ];
}
