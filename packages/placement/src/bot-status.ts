/** Every status of a bot, in the order of a normal life. */
export const BOT_STATUSES = [
  "SCHEDULED",
  "QUEUED",
  "DEPLOYING",
  "JOINING_CALL",
  "IN_WAITING_ROOM",
  "IN_CALL",
  "LEAVING",
  "CALL_ENDED",
  "DONE",
  "FATAL",
  "CANCELLED",
] as const;
export type BotStatus = (typeof BOT_STATUSES)[number];

/**
 * Which status may follow which. Services, emulators, UI and docs/state-machines.md read this one table.
 * Back to QUEUED: from DEPLOYING when the attempt failed or was revoked before its claim; from the three
 * call states when a claimed bot is replaced by policy.
 */
export const BOT_TRANSITIONS: Readonly<Record<BotStatus, readonly BotStatus[]>> = {
  SCHEDULED: ["QUEUED", "CANCELLED", "FATAL"],
  QUEUED: ["DEPLOYING", "CANCELLED", "FATAL"],
  DEPLOYING: ["JOINING_CALL", "LEAVING", "QUEUED", "CANCELLED", "FATAL"],
  JOINING_CALL: ["IN_WAITING_ROOM", "IN_CALL", "LEAVING", "CALL_ENDED", "DONE", "QUEUED", "FATAL"],
  IN_WAITING_ROOM: ["IN_CALL", "LEAVING", "CALL_ENDED", "DONE", "QUEUED", "FATAL"],
  IN_CALL: ["LEAVING", "CALL_ENDED", "DONE", "QUEUED", "FATAL"],
  LEAVING: ["CALL_ENDED", "DONE", "FATAL"],
  CALL_ENDED: ["DONE", "FATAL"],
  DONE: [],
  FATAL: [],
  CANCELLED: [],
};

export const FINAL_BOT_STATUSES = ["DONE", "FATAL", "CANCELLED"] as const satisfies readonly BotStatus[];

/** Final is final: no status follows. */
export function isFinalBotStatus(status: BotStatus): boolean {
  return BOT_TRANSITIONS[status].length === 0;
}

export function canBotMove(from: BotStatus, to: BotStatus): boolean {
  return BOT_TRANSITIONS[from].includes(to);
}

/**
 * Statuses from which `to` may be entered, in the order of a life. A bot may skip states it passes faster than it
 * reports (a meeting without a waiting room), so every forward jump along the call is allowed. Only JOINING_CALL
 * cannot be skipped: a bot joins after milo accepted it.
 */
export function statusesBefore(to: BotStatus): readonly BotStatus[] {
  return BOT_STATUSES.filter((from) => BOT_TRANSITIONS[from].includes(to));
}
