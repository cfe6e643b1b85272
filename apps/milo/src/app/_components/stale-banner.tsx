"use client";

import { useLiveState } from "../_live/use-live.ts";
import { useShownAtMs } from "../_live/use-shown-at.ts";
import { StaleNotice } from "../_ui/stale-notice.tsx";

const WORDS = {
  stalled: "The database does not answer. What is shown is from before; it catches up by itself.",
  reconnecting: "milo’s web process does not answer. Bots that run go on; this page catches up by itself.",
} as const;
const NOTHING_SHOWN = "The database does not answer. This page fills by itself as soon as it does.";

/** Says above a page's numbers that they are not the latest, why, and that nothing has to be done. */
export function StaleBanner() {
  const { phase } = useLiveState();
  const shownAtMs = useShownAtMs();
  if (phase !== "stalled" && phase !== "reconnecting") return null;
  return (
    <div className="mb-4">
      <StaleNotice asOf={shownAtMs}>
        {phase === "stalled" && shownAtMs === null ? NOTHING_SHOWN : WORDS[phase]}
      </StaleNotice>
    </div>
  );
}
