import type { LivePhase } from "../_live/live-state.ts";

export type LiveWords = {
  tone: "good" | "wait" | "quiet";
  /** Read out when it changes. */
  text: string;
  /** What is shown may be old, and it matters how old. */
  isStale: boolean;
};

/** How current what is shown is, in words for the header. */
export const LIVE_WORDS: Readonly<Record<LivePhase, LiveWords>> = {
  connecting: { tone: "quiet", text: "Connecting…", isStale: false },
  connected: { tone: "good", text: "Live", isStale: false },
  stalled: { tone: "wait", text: "Database not answering…", isStale: true },
  reconnecting: { tone: "wait", text: "Reconnecting…", isStale: true },
  signedOut: { tone: "wait", text: "Signed out", isStale: true },
  hidden: { tone: "quiet", text: "Paused while hidden", isStale: true },
};
