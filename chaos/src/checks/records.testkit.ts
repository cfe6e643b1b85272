import type { AttemptRecord, BotRecord, EntryRecord, Records, SlotRecord } from "../record/records.ts";
import type { Run } from "../record/witness.ts";

const WENT_WELL: BotRecord = {
  id: 1,
  name: "Chaos 1",
  status: "DONE",
  code: "COMPLETED",
  reason: "It went well",
  finalMs: 9_000,
  finals: 1,
};

/** One bot that went well, with whatever a test wants otherwise. Times are milliseconds. */
export function recordsOf(
  other: {
    bot?: Partial<BotRecord>;
    entry?: Partial<EntryRecord>;
    attempt?: Partial<AttemptRecord>;
    slot?: Partial<SlotRecord>;
    run?: Partial<Run>;
  } & Partial<Records> = {},
): Records {
  const { bot, entry, attempt, slot, run, ...rest } = other;
  return {
    accepted: [{ botId: 1, name: "Chaos 1" }],
    bots: [{ ...WENT_WELL, ...bot }],
    entries: [{ id: 1, botId: 1, status: "DISPATCHED", timeoutMs: 60_000, ...entry }],
    attempts: [attemptOf(1, attempt)],
    slots: [slotOf(1, slot)],
    limits: [{ platform: "k8s", limit: 1, atMs: 0 }],
    runs: [runOf(1, run)],
    claims: [{ launchKey: "bot-1-a1", bootId: "boot-1", atMs: 2_000 }],
    shifts: [{ atMs: 0, shiftMs: 0 }],
    noDispatcher: [],
    noWeb: [],
    noStamp: [],
    left: [],
    breaks: [],
    tables: [],
    shown: [],
    ...rest,
  };
}

/** Attempt 1 of that bot; further ones have the next numbers. */
export function attemptOf(number: number, other: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    id: number,
    botId: 1,
    entryId: 1,
    platform: "k8s",
    launchKey: `bot-1-a${number}`,
    phase: "ENDED",
    reservedMs: 1_000,
    claimedMs: 2_000,
    startByMs: 26_000,
    runUntilMs: 62_000,
    leaveByMs: null,
    stoppingMs: 9_000,
    endedMs: 10_000,
    reason: null,
    ...other,
  };
}

export function slotOf(number: number, other: Partial<SlotRecord> = {}): SlotRecord {
  const launchKey = `bot-1-a${number}`;
  const open = { closed: null, trial: null, pastWaitMs: -50_000 };
  return { platform: "k8s", launchKey, botId: 1, limit: 1, takenMs: 1_000, freedMs: 10_000, ...open, ...other };
}

export function runOf(number: number, other: Partial<Run> = {}): Run {
  const launchKey = `bot-1-a${number}`;
  return {
    platform: "k8s",
    launchKey,
    workload: `pod-${number}`,
    createdMs: 1_400,
    startMs: 1_500,
    endMs: 9_500,
    toldToStopMs: null,
    ...other,
  };
}
