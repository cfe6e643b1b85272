"use client";

import { useContext, useEffect, useRef, useSyncExternalStore } from "react";
import type { LiveMessage } from "#server/api/services/live/live-service.ts";
import { type Live, LiveContext } from "./live-context.ts";
import type { LiveState } from "./live-state.ts";

function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive… outside LiveProvider");
  return live;
}

/** How current what is shown is. Renders again when the phase changes. */
export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.onState, live.state, live.state);
}

/** Tries to reach the server now. */
export function useRetryNow(): () => void {
  return useLive().retryNow;
}

/** Calls `handler` with every message of the stream, as it comes. Queries are refreshed without it. */
export function useLiveEvents(handler: (message: LiveMessage) => void): void {
  const live = useLive();
  const latest = useRef(handler);
  useEffect(() => {
    latest.current = handler;
  });
  useEffect(() => live.onMessage((message) => latest.current(message)), [live]);
}

/** Asks to be told when these bots were last heard, every 10 s; at most 200 over the whole tab. */
export function useWatchHeartbeats(botIds: readonly number[]): void {
  const live = useLive();
  const key = botIds.join(",");
  useEffect(() => live.watch(key === "" ? [] : key.split(",").map(Number)), [live, key]);
}

/** When a bot that is watched was last heard, milliseconds since 1970 by this clock; undefined while that is unknown. */
export function useHeardAtMs(botId: number): number | undefined {
  const live = useLive();
  const read = () => live.heardAtMs(botId);
  return useSyncExternalStore(live.onHeartbeats, read, read);
}
