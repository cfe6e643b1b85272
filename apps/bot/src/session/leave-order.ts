/**
 * Why to leave: `asked` by milo, `max_duration` reached, `terminated` by SIGTERM, which leaves the least time
 * because SIGKILL follows.
 */
export type LeaveReason = "asked" | "max_duration" | "terminated";

/** The one place that knows whether the bot is to leave; once ordered it stays ordered. */
export type LeaveOrder = {
  order(reason: LeaveReason): void;
  /** The first reason given, or null. */
  reason(): LeaveReason | null;
  /** Aborted by the first order: cuts waits short. */
  readonly signal: AbortSignal;
  /** Aborted by SIGTERM, whatever was ordered before it. */
  readonly terminated: AbortSignal;
};

export function createLeaveOrder(): LeaveOrder {
  const left = new AbortController();
  const terminated = new AbortController();
  let first: LeaveReason | null = null;
  return {
    order(reason) {
      first ??= reason;
      left.abort();
      if (reason === "terminated") terminated.abort();
    },
    reason: () => first,
    signal: left.signal,
    terminated: terminated.signal,
  };
}

/** Resolves when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
