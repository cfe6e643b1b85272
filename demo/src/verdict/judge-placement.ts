import { PLATFORM_LABELS } from "@milo/placement";
import type { DayRecord } from "../record/day-record.ts";
import { LIMITS, PRIORITY_ORDER } from "../timings.ts";
import { botOf, claimedAttempt, firstRun, inOrder, list, neverOverLimits, runsOf, same, seconds } from "./evidence.ts";
import type { Check } from "./scenario.ts";

/** As many bots as there are slots: the first platform fills up first, then the next, never over a limit. */
export function judgeFill(record: DayRecord, cast: { bots: readonly number[] }): Check[] {
  const queued = inOrder(cast.bots, (id) => botOf(record, id).entry?.queuedAtMs);
  const wanted = PRIORITY_ORDER.flatMap((platform) => Array<string>(LIMITS[platform]).fill(PLATFORM_LABELS[platform]));
  const label = (platform: keyof typeof PLATFORM_LABELS | undefined) =>
    platform === undefined ? "nowhere" : PLATFORM_LABELS[platform];
  const placed = queued.map((id) => label(claimedAttempt(botOf(record, id))?.platform));
  const ran = queued.map((id) => label(firstRun(record, id)?.platform));
  const full = PRIORITY_ORDER.every((platform) => record.mostAtOnce[platform] >= LIMITS[platform]);
  const expected = `in order of arrival: ${list(wanted)}`;
  return [
    { witness: "database", expected, observed: list(placed), holds: same(placed, wanted) },
    { witness: "emulators", expected, observed: list(ran), holds: same(ran, wanted) },
    { witness: "emulators", expected: "every platform full", observed: full ? "all full" : "not full", holds: full },
    neverOverLimits(record),
  ];
}

/** Bots that waited together for a full platform start in order of priority, not of arrival. */
export function judgePriority(record: DayRecord, cast: { lowToHigh: readonly number[] }): Check[] {
  const bots = cast.lowToHigh.map((id) => botOf(record, id));
  const wanted = [...cast.lowToHigh].reverse();
  const took = inOrder(cast.lowToHigh, (id) => botOf(record, id).deployments[0]?.reservedAtMs);
  const started = inOrder(cast.lowToHigh, (id) => firstRun(record, id)?.startMs);
  const lastArrival = Math.max(...bots.map((bot) => bot.entry?.queuedAtMs ?? Number.POSITIVE_INFINITY));
  const together = bots.every((bot) => (bot.deployments[0]?.reservedAtMs ?? 0) > lastArrival);
  const ran = cast.lowToHigh.every((id) => firstRun(record, id) !== undefined);
  return [
    {
      witness: "database",
      expected: "all wait before the first slot frees",
      observed: together ? "all waited" : "one started before the others had come",
      holds: together,
    },
    {
      witness: "database",
      expected: `slots taken by bots ${list(wanted)}`,
      observed: `slots taken by bots ${list(took)}`,
      holds: same(took, wanted),
    },
    {
      witness: "emulators",
      expected: `containers start for bots ${list(wanted)}`,
      observed: ran ? `containers started for bots ${list(started)}` : "not all ran",
      holds: ran && same(started, wanted),
    },
  ];
}

/** A bot waits for its first platform and gets the slot that frees there before its wait is over. */
export function judgeWait(record: DayRecord, cast: { holder: number; waiter: number; waitMs: number }): Check[] {
  const holder = claimedAttempt(botOf(record, cast.holder));
  const waiter = botOf(record, cast.waiter);
  const attempt = waiter.deployments[0];
  const waitedMs = (attempt?.reservedAtMs ?? Number.NaN) - (waiter.entry?.queuedAtMs ?? Number.NaN);
  const tookOver =
    attempt?.slotNo === holder?.slotNo && (holder?.endedAtMs ?? Number.NaN) <= (attempt?.reservedAtMs ?? 0);
  const before = firstRun(record, cast.holder);
  const after = firstRun(record, cast.waiter);
  const gapMs = (after?.startMs ?? Number.NaN) - (before?.endMs ?? Number.NaN);
  const k8s = PLATFORM_LABELS.k8s;
  return [
    {
      witness: "database",
      expected: `one attempt, on ${k8s}, after a wait of less than ${seconds(cast.waitMs)}`,
      observed: `${list(waiter.deployments.map((d) => PLATFORM_LABELS[d.platform]))} after ${seconds(waitedMs)}`,
      holds: waiter.deployments.length === 1 && attempt?.platform === "k8s" && waitedMs > 0 && waitedMs < cast.waitMs,
    },
    {
      witness: "database",
      expected: "in the slot the other bot left",
      observed: `slot ${attempt?.slotNo ?? "none"}, left: slot ${holder?.slotNo ?? "none"}`,
      holds: tookOver,
    },
    {
      witness: "emulators",
      expected: `its container on ${k8s} starts after the other's end`,
      observed: after === undefined ? "it never ran" : `it started there ${seconds(gapMs)} after the other's end`,
      holds: before?.platform === "k8s" && after?.platform === "k8s" && gapMs >= 0,
    },
  ];
}

/** No slot frees in time: the bot goes to the next platform when its wait for the first is over, not before. */
export function judgeSpill(record: DayRecord, cast: { bot: number; waitMs: number }): Check[] {
  const bot = botOf(record, cast.bot);
  const attempt = bot.deployments[0];
  const waitedMs = (attempt?.reservedAtMs ?? Number.NaN) - (bot.entry?.queuedAtMs ?? Number.NaN);
  const runs = runsOf(record, cast.bot);
  const atMs = attempt?.reservedAtMs ?? Number.NaN;
  const onFirst = record.runs.filter(
    (run) => run.platform === "k8s" && run.startMs <= atMs && (run.endMs === null || run.endMs > atMs),
  ).length;
  return [
    {
      witness: "database",
      expected: `one attempt, on ${PLATFORM_LABELS.aws}, after a wait of at least ${seconds(cast.waitMs)}`,
      observed: `${list(bot.deployments.map((d) => PLATFORM_LABELS[d.platform]))} after ${seconds(waitedMs)}`,
      holds: bot.deployments.length === 1 && attempt?.platform === "aws" && waitedMs >= cast.waitMs,
    },
    {
      witness: "emulators",
      expected: `its container runs on ${PLATFORM_LABELS.aws} only`,
      observed: `its containers ran on ${list(runs.map((run) => PLATFORM_LABELS[run.platform]))}`,
      holds: runs.length > 0 && runs.every((run) => run.platform === "aws"),
    },
    {
      witness: "emulators",
      expected: `${PLATFORM_LABELS.k8s} still full at that moment (${LIMITS.k8s} containers)`,
      observed: `${onFirst} containers on ${PLATFORM_LABELS.k8s} at that moment`,
      holds: onFirst === LIMITS.k8s,
    },
  ];
}

/** The first platform cannot start the bot: it runs on the next one, and the reason is on record. */
export function judgeFailover(record: DayRecord, cast: { bot: number }): Check[] {
  const bot = botOf(record, cast.bot);
  const [failed, second] = bot.deployments;
  const runs = runsOf(record, cast.bot);
  const explained = failed?.failureClass != null && /image/i.test(failed.reason ?? "");
  return [
    {
      witness: "database",
      expected: `attempt 1 fails on ${PLATFORM_LABELS.k8s} for want of its image`,
      observed: `attempt 1 on ${failed?.platform ?? "none"}: ${failed?.failureClass ?? "no class"}, ${failed?.reason ?? "no reason"}`,
      holds: failed?.platform === "k8s" && failed.claimedAtMs === null && explained,
    },
    {
      witness: "database",
      expected: `attempt 2 is claimed on ${PLATFORM_LABELS.aws}`,
      observed: `attempt 2 on ${second?.platform ?? "none"}, ${second?.claimedAtMs == null ? "not claimed" : "claimed"}`,
      holds: second?.platform === "aws" && second.claimedAtMs !== null,
    },
    {
      witness: "emulators",
      expected: `one container, of attempt 2, on ${PLATFORM_LABELS.aws}`,
      observed: list(runs.map((run) => `attempt ${run.attempt} on ${PLATFORM_LABELS[run.platform]}`)),
      holds: runs.length === 1 && runs[0]?.attempt === 2 && runs[0].platform === "aws",
    },
  ];
}
