/**
 * How current what is shown is. `connecting`: the page is as it was read, or as it was left; news is on its way.
 * `connected`: every change is told. `stalled`: the web process is there, its database does not answer. `reconnecting`:
 * the web process is not there. `signedOut`: it is there and asks for the access token. `hidden`: nobody looks, so nothing
 * is asked.
 */
export type LivePhase = "connecting" | "connected" | "stalled" | "reconnecting" | "signedOut" | "hidden";

export type LiveState = {
  phase: LivePhase;
  /** When the phase began, milliseconds since 1970. */
  sinceMs: number;
  /** The last moment of which it is known that what is shown was current, milliseconds since 1970. */
  freshAtMs: number;
};

/** `heard`: any sign of life. `caughtUp`: nothing is missing from here on. */
export type LiveChange = "heard" | "caughtUp" | "stalled" | "resumed" | "lost" | "refused" | "hidden" | "shown";

export function startLiveState(nowMs: number): LiveState {
  return { phase: "connecting", sinceMs: nowMs, freshAtMs: nowMs };
}

/** The state after a change; the same object when nothing about it differs. */
export function changeLiveState(state: LiveState, change: LiveChange, nowMs: number): LiveState {
  const phase = nextPhase(state.phase, change);
  const isFresh = state.phase === "connected" && (change === "heard" || change === "hidden");
  const freshAtMs = phase === "connected" || isFresh ? nowMs : state.freshAtMs;
  if (phase !== state.phase) return { phase, sinceMs: nowMs, freshAtMs };
  return freshAtMs === state.freshAtMs ? state : { ...state, freshAtMs };
}

function nextPhase(phase: LivePhase, change: LiveChange): LivePhase {
  if (change === "hidden") return "hidden";
  if (phase === "hidden") return change === "shown" ? "connecting" : "hidden";
  switch (change) {
    case "caughtUp":
      return "connected";
    case "resumed":
      return phase === "stalled" ? "connected" : phase;
    case "stalled":
      return "stalled";
    case "refused":
      return "signedOut";
    case "lost":
      return "reconnecting";
    default:
      return phase;
  }
}
