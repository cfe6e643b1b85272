"use client";

import { useLiveState } from "../_live/use-live.ts";
import { StaleNotice } from "../_ui/stale-notice.tsx";

/** Says above what is shown that it is not the latest, why, and that nobody has to do anything about it. */
export function StaleData() {
  const { phase, freshAtMs } = useLiveState();
  if (phase !== "reconnecting" && phase !== "stalled") return null;
  return (
    <StaleNotice asOf={freshAtMs}>
      {phase === "stalled"
        ? "milo’s database does not answer; this page catches up as soon as it does."
        : "The connection to milo is lost; this page catches up as soon as it is back."}
    </StaleNotice>
  );
}
