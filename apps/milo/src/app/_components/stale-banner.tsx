"use client";

import { useLiveState } from "../_live/use-live.ts";
import { StaleNotice } from "../_ui/stale-notice.tsx";

const WORDS = {
  stalled: "The database does not answer. What is shown is from before; it catches up by itself.",
  reconnecting: "milo’s web process does not answer. Bots that run go on; this page catches up by itself.",
} as const;

/** Says above a page's numbers that they are not the latest, why, and that nothing has to be done. */
export function StaleBanner() {
  const { phase, freshAtMs } = useLiveState();
  if (phase !== "stalled" && phase !== "reconnecting") return null;
  return (
    <div className="mb-4">
      <StaleNotice asOf={freshAtMs}>{WORDS[phase]}</StaleNotice>
    </div>
  );
}
