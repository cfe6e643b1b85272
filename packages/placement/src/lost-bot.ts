import type { BotStatus } from "./bot-status.ts";

/**
 * Which bots that were in their call are replaced when their container is lost. `none`: no such bot. `infrastructure`:
 * those that the platform lost. `any`: those as well whose container ended by its own fault, before or in the call.
 */
export const REPLACE_POLICIES = ["none", "infrastructure", "any"] as const;
export type ReplacePolicy = (typeof REPLACE_POLICIES)[number];
export const DEFAULT_REPLACE_POLICY: ReplacePolicy = "infrastructure";

/** Replacements of one bot. More only repeat what has killed three containers of it; an operator may order more. */
export const MAX_REPLACEMENTS = 3;

/**
 * Before joining: no status of these says that it is in the call. A bot in the waiting room has not been let in, and one
 * that joins is not known to have come in.
 */
const NOT_JOINED: ReadonlySet<BotStatus> = new Set(["DEPLOYING", "JOINING_CALL", "IN_WAITING_ROOM"]);

/** A claimed bot whose container is lost. Times are milliseconds since the epoch. */
export type LostBot = {
  status: BotStatus;
  stopRequested: boolean;
  /** The platform took it; false = its own fault (it exited, ran out of memory). */
  infrastructure: boolean;
  replacements: number;
  /** By then its first claimed container would have been told to leave; a replacement does not outstay it. */
  meetingEndsByMs: number | null;
  nowMs: number;
};

export type ReplaceDecision =
  | { replace: true }
  /** `why` goes on after "It is not replaced: ". */
  | { replace: false; why: string };

/** Whether a claimed bot whose container has positively ended gets another one. Pure. */
export function decideReplacement(lost: LostBot, policy: ReplacePolicy): ReplaceDecision {
  const joined = lost.status === "IN_CALL";
  if (lost.stopRequested) return refuse("it was told to stop");
  if (!joined && !NOT_JOINED.has(lost.status)) return refuse("it was on its way out");
  if (lost.meetingEndsByMs === null || lost.meetingEndsByMs <= lost.nowMs) return refuse("its time is over");
  if (!lost.infrastructure && policy !== "any") return refuse("it ended by its own fault");
  if (joined && policy === "none") return refuse("bots that were in their call are not replaced here");
  if (lost.replacements >= MAX_REPLACEMENTS) return refuse(`it was replaced ${lost.replacements} times already`);
  return { replace: true };
}

function refuse(why: string): ReplaceDecision {
  return { replace: false, why };
}
