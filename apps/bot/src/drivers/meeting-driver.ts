import type { BotConfiguration } from "@milo/bot-contract";
import type { LeaveReason } from "../session/leave-order.ts";

/** What a driver tells while the bot is in its meeting; JOINING_CALL, LEAVING, DONE and FATAL are the session's. */
export type MeetingReport = {
  /** Omitted for something worth recording that changes no status. */
  status?: "IN_WAITING_ROOM" | "IN_CALL";
  /** Upper snake case, e.g. `ADMITTED`. */
  code: string;
  /** One sentence for a person, at most 1,000 characters. */
  message?: string;
};

export type MeetingEnd = {
  /** `ended`: the call is over or was left (DONE). `refused`: turned away. `failed`: anything else (both FATAL). */
  result: "ended" | "refused" | "failed";
  code: string;
  message?: string;
  /** Overrides the documented exit code of this result. */
  exitCode?: number;
};

/** Resolves when milo has answered (which may be long after); a driver need not wait for it. */
export type ReportMeeting = (report: MeetingReport) => Promise<void>;

/** The meeting client: what a team replaces to attend real meetings. The rest of the bot does not know meetings. */
export interface MeetingDriver {
  /**
   * Joins and stays until the call is over. Called at most once, and only while milo has granted it. A rejection
   * is reported as FATAL with the error's message.
   */
  join(configuration: BotConfiguration, report: ReportMeeting): Promise<MeetingEnd>;
  /**
   * Leave now; `join` then resolves. May come before `join` has got anywhere, and again with `terminated`, when
   * SIGTERM follows an earlier order. Must not throw.
   */
  leave(reason: LeaveReason): void;
}
