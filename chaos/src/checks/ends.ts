import { toMachineMs } from "../record/database-clock.ts";
import type { AttemptRecord, BotRecord, EntryRecord, Records, Violation } from "../record/records.ts";
import { coveredMs } from "../record/spans.ts";

/** What milo may take to act on a deadline that has passed. */
const LATE_MS = 5_000;
/** After an outage of web, bots have two heartbeats to be heard again before a missing claim counts. */
const HEARING_GRACE_MS = 20_000;
const FINAL = new Set(["DONE", "FATAL", "CANCELLED"]);

/** Every bot that was accepted is there, is final once, says why, and became so within its deadline. */
export function checkEnds(records: Records): Violation[] {
  const found: Violation[] = [];
  const known = new Set(records.bots.map((bot) => bot.id));
  for (const { botId, name } of records.accepted) {
    if (!known.has(botId)) found.push({ promise: 3, what: `Bot ${botId} (${name}) was accepted and is not there` });
  }
  const entries = Map.groupBy(records.entries, (entry) => entry.botId);
  const attempts = Map.groupBy(records.attempts, (attempt) => attempt.botId);
  for (const bot of records.bots) {
    found.push(...checkEnd(bot));
    const deadline = findDeadline(entries.get(bot.id)?.at(-1), attempts.get(bot.id)?.at(-1));
    if (bot.finalMs !== null && deadline !== null) found.push(...checkInTime(bot, deadline, records));
  }
  return found;
}

function checkEnd({ id, status, code, reason, finals }: BotRecord): Violation[] {
  if (!FINAL.has(status)) return [{ promise: 3, what: `Bot ${id} is ${status} and not final` }];
  const found: Violation[] = [];
  if (finals > 1) found.push({ promise: 3, what: `Bot ${id} became final ${finals} times` });
  if (!(code && reason)) found.push({ promise: 5, what: `Bot ${id} ended ${status} without a reason` });
  return found;
}

type Deadline = { what: string; atMs: number; sinceMs: number; needsHearing: boolean };

/** The last deadline that a bot was under, by the database's clock. */
function findDeadline(entry: EntryRecord | undefined, attempt: AttemptRecord | undefined): Deadline | null {
  const waited = attempt === undefined || (entry !== undefined && entry.id > (attempt.entryId ?? 0));
  if (!waited && attempt.claimedMs !== null) {
    const atMs = attempt.leaveByMs ?? attempt.runUntilMs;
    if (atMs === null) return null;
    return { what: "its time to leave", atMs, sinceMs: attempt.claimedMs, needsHearing: false };
  }
  if (entry === undefined) return null;
  const wait = { what: "its wait", atMs: entry.timeoutMs, sinceMs: entry.timeoutMs, needsHearing: false };
  if (waited) return wait;
  const endedMs = attempt.stoppingMs ?? attempt.endedMs ?? Number.POSITIVE_INFINITY;
  // An attempt admitted in time may go on to its own deadline; only a failure past the wait ends the bot then.
  if (endedMs <= entry.timeoutMs) return wait;
  return { what: "its start", atMs: attempt.startByMs, sinceMs: attempt.reservedMs, needsHearing: true };
}

function checkInTime(
  { id, status, code, finalMs }: BotRecord,
  { what, atMs, sinceMs, needsHearing }: Deadline,
  { shifts, noDispatcher, noWeb }: Records,
): Violation[] {
  const dueMs = toMachineMs(shifts, atMs);
  const endMs = finalMs ?? 0;
  if (endMs <= dueMs) return [];
  // Nobody counts a claim as missing in time in which nobody would have heard it.
  const unheardMs = needsHearing ? coveredMs(noWeb, toMachineMs(shifts, sinceMs), endMs, HEARING_GRACE_MS) : 0;
  const lateMs = endMs - dueMs - coveredMs(noDispatcher, dueMs, endMs) - unheardMs;
  if (lateMs <= LATE_MS) return [];
  const late = (lateMs / 1_000).toFixed(1);
  return [{ promise: 3, what: `Bot ${id} became ${status} (${code}) ${late} s past the end of ${what}` }];
}
