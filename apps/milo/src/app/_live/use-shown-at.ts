"use client";

import { type QueryCache, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { useLiveState } from "./use-live.ts";

/** Of when what is shown is, milliseconds since 1970; null while nothing could be read that this page shows. */
export function useShownAtMs(): number | null {
  const { freshAtMs } = useLiveState();
  const cache = useQueryClient().getQueryCache();
  const follow = useCallback((listener: () => void) => cache.subscribe(listener), [cache]);
  const isShown = useSyncExternalStore(
    follow,
    () => isAnyRead(cache, (query) => query.getObserversCount() > 0),
    // On the server, and until this page's parts have come to ask, it shows what was read for it.
    () => isAnyRead(cache, () => true),
  );
  return isShown ? freshAtMs : null;
}

type Query = ReturnType<QueryCache["getAll"]>[number];

/** What another page has read stays in the cache for a while, and is asked for by nobody. */
function isAnyRead(cache: QueryCache, isAsked: (query: Query) => boolean): boolean {
  return cache.getAll().some((query) => query.state.data !== undefined && isAsked(query));
}
