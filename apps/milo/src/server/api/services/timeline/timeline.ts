import type { BotStatus, MeetingPlatform, Stage } from "@milo/placement";
import type { ExplainedWait } from "#server/api/services/explain-wait.ts";
import type { ToldWait } from "#server/api/services/tell-waits.ts";
import type { TimelineAttempt } from "#server/database/repositories/timeline-view.ts";

/** Something that happened, at one moment, in a sentence. `code` is for machines. */
type Happened = { at: Date; code: string; message: string };

/**
 * `queued` it began to wait, or waits again; `stage` it moved on to the next platform, and why; `attempt` it was given a
 * slot; `step` what became of that attempt; `bot` what the bot itself reported; `status` milo changed its status;
 * `note` anything else. `status` is the bot's from then on, null when it stayed.
 */
export type TimelineItem =
  | (Happened & { kind: "queued" | "stage" | "bot" | "status" | "note"; status: BotStatus | null })
  | (Happened & { kind: "step"; status: BotStatus | null; attempt: number })
  | (Happened & { kind: "attempt"; status: BotStatus | null; attempt: TimelineAttempt });

/** Where the bot is, why, and what comes next unless something else happens first. */
export type TimelineNow = {
  status: BotStatus;
  /** Why it is there, in one sentence. */
  reason: string;
  /** That sentence in its parts, for who counts down to what comes next. Only while it waits in the queue. */
  cause?: ExplainedWait["cause"];
  next?: ExplainedWait["next"];
  /** Only while it waits in the queue. */
  waitingFor?: Stage;
  /** Only while it waits in the queue: its place there, from 1, and how much longer it is estimated to wait. */
  place?: ToldWait & { position: number };
  /** Null when nothing is due by time alone. */
  nextDeadline: { at: Date; what: string } | null;
};

export type Timeline = {
  bot: {
    id: number;
    name: string;
    meetingPlatform: MeetingPlatform;
    /** Without its query, which may hold a password. */
    meetingUrl: string;
    priority: number;
    attempts: number;
    createdAt: Date;
    stopRequestedAt: Date | null;
    finishedAt: Date | null;
    /** A container of it may be in the call, whatever its status. */
    claimedContainerMayRun: boolean;
  };
  now: TimelineNow;
  /** In the order in which it happened. */
  items: TimelineItem[];
  /** The bot has more events than are shown; the oldest are left out. */
  truncated: boolean;
};
