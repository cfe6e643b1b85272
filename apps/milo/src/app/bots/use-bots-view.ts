"use client";

import { useSearchParams } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { type BotsView, changeView, readBotsView, writeBotsView } from "./bots-view.ts";
import { maskSearch } from "./search-text.ts";

type Change = Partial<BotsView> | ((current: BotsView) => Partial<BotsView>);

export type BotsViewState = {
  view: BotsView;
  /**
   * Changes the view, which then begins at the newest bots unless the change names a page. `push`, for another page of
   * the list: going back leads to this one.
   */
  show(change: Change, how?: "push" | "replace"): void;
};

/**
 * The view that the page's address names. A search for a meeting's address whose query may be its password is kept here,
 * in memory; the address, which browsers and proxies remember, has it masked.
 */
export function useBotsView(): BotsViewState {
  const written = readBotsView(useSearchParams());
  const [secret, setSecret] = useState<Secret>(null);
  const latestSecret = useRef<Secret>(null);

  function show(change: Change, how: "push" | "replace" = "replace"): void {
    // By the address, not by what is drawn: that lags behind it, and a second quick change would undo the first.
    const address = readBotsView(new URLSearchParams(window.location.search));
    const current = withSecret(address, latestSecret.current);
    const next = changeView(current, typeof change === "function" ? change(current) : change);
    const masked = maskSearch(next.search);
    latestSecret.current = masked === next.search ? null : { whole: next.search, masked };
    setSecret(latestSecret.current);
    const href = `${window.location.pathname}${writeBotsView({ ...next, search: masked })}`;
    if (how === "push") window.history.pushState(null, "", href);
    else window.history.replaceState(null, "", href);
  }

  // Somebody has typed or pasted such a search into the address itself.
  const isExposed = maskSearch(written.search) !== written.search;
  useEffect(() => {
    if (isExposed) show(written);
  });
  return { view: withSecret(written, secret), show };
}

type Secret = { whole: string; masked: string } | null;

function withSecret(written: BotsView, secret: Secret): BotsView {
  return secret?.masked === written.search ? { ...written, search: secret.whole } : written;
}
