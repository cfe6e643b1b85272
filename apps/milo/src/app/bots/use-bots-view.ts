"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useState } from "react";
import { type BotsView, readBotsView, writeBotsView } from "./bots-view.ts";
import { maskSearch } from "./search-text.ts";

export type BotsViewState = {
  view: BotsView;
  /** `push`, for another page of the list: going back leads to this one. */
  show(view: BotsView, how?: "push" | "replace"): void;
};

/**
 * The view that the page's address names. A search for a meeting's address whose query may be its password is kept here,
 * in memory; the address, which browsers and proxies remember, has it masked.
 */
export function useBotsView(): BotsViewState {
  const written = readBotsView(useSearchParams());
  const [secret, setSecret] = useState<{ whole: string; masked: string } | null>(null);
  const isWhole = secret !== null && secret.masked === written.search;
  const view = isWhole ? { ...written, search: secret.whole } : written;

  function show(next: BotsView, how: "push" | "replace" = "replace"): void {
    const masked = maskSearch(next.search);
    setSecret(masked === next.search ? null : { whole: next.search, masked });
    const address = `${window.location.pathname}${writeBotsView({ ...next, search: masked })}`;
    if (how === "push") window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
  }

  // Somebody has typed or pasted such a search into the address itself.
  const isExposed = maskSearch(written.search) !== written.search;
  useEffect(() => {
    if (isExposed) show(written);
  });
  return { view, show };
}
