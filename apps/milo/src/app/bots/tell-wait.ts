import { formatCountdown } from "../_format/countdown.ts";

/** Why a bot waits and what comes next, as `bots.list` and `bots.getTimeline` tell it; null and undefined when it does not. */
export type Told = {
  reason: string | null;
  cause?: string | null;
  next?: { what: string; at: Date } | null;
};

/**
 * A bot's reason at this moment by the server's clock: `K8s is full (30/30); tries AWS in 42 s`. Without a moment, or
 * when it does not wait, it is the server's own sentence.
 */
export function tellWait({ reason, cause, next }: Told, nowMs: number | null): string {
  if (typeof cause !== "string" || !next || nowMs === null) return reason ?? "";
  return `${cause}; ${next.what} ${formatCountdown(next.at.getTime(), nowMs)}`;
}
