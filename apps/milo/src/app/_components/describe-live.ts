import type { LiveState } from "../_live/live-state.ts";
import { describeDuration } from "./describe.ts";

export type LiveWords = {
  tone: "good" | "wait" | "quiet";
  /** What is read out when it changes. */
  text: string;
  /** How old what is shown is; null while it is current. Ticks, and is not read out. */
  age: string | null;
};

/** A tab's way back takes a moment; only what takes longer is worth a word. */
const GRACE_MS = 1_000;

/** How current what is shown is, in words for the header. */
export function describeLive({ phase, sinceMs, freshAtMs }: LiveState, nowMs: number): LiveWords {
  const age = `data from ${describeDuration(nowMs - freshAtMs)} ago`;
  switch (phase) {
    case "connected":
      return { tone: "good", text: "Live", age: null };
    case "hidden":
      return { tone: "quiet", text: "Paused while hidden", age };
    case "stalled":
      return { tone: "wait", text: "Database not answering", age };
    case "reconnecting":
      return { tone: "wait", text: "Reconnecting…", age };
    case "connecting":
      return { tone: "quiet", text: "Connecting…", age: nowMs - sinceMs < GRACE_MS ? null : age };
  }
}
