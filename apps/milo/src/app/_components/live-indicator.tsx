"use client";

import { useEffect, useState } from "react";
import { useLiveState } from "../_live/use-live.ts";
import { describeLive } from "./describe-live.ts";

const DOTS = { good: "bg-good", wait: "bg-wait", quiet: "bg-quiet" } as const;

/** Says whether what is shown is what is. */
export function LiveIndicator() {
  const state = useLiveState();
  const nowMs = useNowWhile(state.phase !== "connected", state.sinceMs);
  const { tone, text, age } = describeLive(state, nowMs);
  return (
    <p className="flex items-center gap-2 text-quiet text-xs">
      <span aria-hidden className={`size-2 rounded-full ${DOTS[tone]}`} />
      <span role="status">{text}</span>
      {age !== null && <span className="tabular-nums">{age}</span>}
    </p>
  );
}

/** Ticks every second while `isTicking`. */
function useNowWhile(isTicking: boolean, startMs: number): number {
  const [nowMs, setNowMs] = useState(startMs);
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isTicking]);
  return Math.max(nowMs, startMs);
}
