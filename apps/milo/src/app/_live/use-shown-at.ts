"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { useLiveState } from "./use-live.ts";

/** Of when what is shown is, milliseconds since 1970; null while nothing could be read that could be shown. */
export function useShownAtMs(): number | null {
  const { freshAtMs } = useLiveState();
  const cache = useQueryClient().getQueryCache();
  const isAnyRead = () => cache.getAll().some((query) => query.state.data !== undefined);
  const isShown = useSyncExternalStore((listener) => cache.subscribe(listener), isAnyRead, isAnyRead);
  return isShown ? freshAtMs : null;
}
