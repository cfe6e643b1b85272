"use client";

import { createContext } from "react";
import type { LiveMessage, LivePoint } from "#server/api/services/live/live-service.ts";
import type { LiveState } from "./live-state.ts";

/** The tab's stream as components see it. */
export type Live = {
  state(): LiveState;
  onState(listener: () => void): () => void;
  onMessage(listener: (message: LiveMessage) => void): () => void;
  /** Data that was read at this point has come to the screen: what was told since is made up for. */
  arrive(point: LivePoint): void;
  /** Until it is called back, heartbeats of these bots are told. */
  watch(botIds: readonly number[]): () => void;
  /** When a bot was last heard, milliseconds since 1970. */
  heardAtMs(botId: number): number | undefined;
  onHeartbeats(listener: () => void): () => void;
  retryNow(): void;
};

export const LiveContext = createContext<Live | null>(null);
