"use client";

import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { readClockMs, subscribeToClock } from "./clock.ts";

const RenderedAt = createContext<number | null>(null);

/** Gives server and browser the same "now" for the first paint, so that relative times hydrate without a mismatch. */
export function NowProvider({ nowMs, children }: { nowMs: number; children: ReactNode }) {
  return <RenderedAt value={nowMs}>{children}</RenderedAt>;
}

/**
 * A text that depends on the moment, kept current; the component renders anew only when the text changes. `format` is
 * given null in the first paint when no NowProvider says when that was.
 */
export function useTicking<Text extends string>(format: (nowMs: number | null) => Text): Text {
  const renderedAtMs = useContext(RenderedAt);
  return useSyncExternalStore(
    subscribeToClock,
    () => format(readClockMs()),
    () => format(renderedAtMs),
  );
}

/** False in the server's render and the browser's first: what only the viewer's zone or storage knows comes after. */
export function useIsHydrated(): boolean {
  const [isHydrated, setHydrated] = useState(false);
  useEffect(() => setHydrated(true), []);
  return isHydrated;
}
