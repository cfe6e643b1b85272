"use client";

import { CircleCheck, CloudOff, LoaderCircle, LogOut, Pause } from "lucide-react";
import { useLiveState } from "../_live/use-live.ts";
import { useShownAtMs } from "../_live/use-shown-at.ts";
import { TimeAgo } from "../_ui/time-ago.tsx";
import { LIVE_WORDS } from "./live-words.ts";

const ICONS = {
  connecting: LoaderCircle,
  connected: CircleCheck,
  stalled: CloudOff,
  reconnecting: CloudOff,
  signedOut: LogOut,
  hidden: Pause,
} as const;
const TONES = { good: "text-good", wait: "text-wait", quiet: "text-quiet" } as const;

/** Says whether what is shown is what is. The age ticks outside of the live region, or it would be read each second. */
export function LiveIndicator() {
  const { phase } = useLiveState();
  const shownAtMs = useShownAtMs();
  const { tone, text, isStale } = LIVE_WORDS[phase];
  const Icon = ICONS[phase];
  return (
    <p className={`flex items-center gap-1.5 whitespace-nowrap font-medium text-xs ${TONES[tone]}`}>
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span role="status">{text}</span>
      {isStale && shownAtMs !== null && (
        <span className="font-normal text-quiet">
          data from <TimeAgo at={shownAtMs} />
        </span>
      )}
      {phase === "signedOut" && (
        // The server itself asks for the token, in the place of the page.
        <button type="button" onClick={() => window.location.reload()} className="underline underline-offset-2">
          Sign in
        </button>
      )}
    </p>
  );
}
