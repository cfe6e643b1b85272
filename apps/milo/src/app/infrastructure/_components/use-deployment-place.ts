"use client";

import type { DeploymentPlatform } from "@milo/placement";
import { useSearchParams } from "next/navigation";
import { type DeploymentPlace, readDeploymentPlace, writeDeploymentPlace } from "../_view/deployment-address.ts";
import { changeView, type DeploymentView } from "../_view/deployment-view.ts";

/** From the cursor of a page to that of the page before it, as far as this tab has come by; null: the first page. */
const pagesBefore = new Map<string, string | null>();

type PlaceControl = DeploymentPlace & {
  /** Begins at the first page of another view. */
  change(next: Partial<DeploymentView>): void;
  toNext(cursor: string): void;
  toPrevious(): void;
};

/** Where in a platform's deployments one looks: kept in the page's address, so that it survives and can be sent. */
export function useDeploymentPlace(platform: DeploymentPlatform): PlaceControl {
  const place = readDeploymentPlace(useSearchParams(), platform);
  const { view, page } = place;

  // By the address, not by what is drawn: that lags behind it, and a second quick change would undo the first.
  const current = () => readDeploymentPlace(new URLSearchParams(window.location.search), platform);

  function show(next: DeploymentPlace, how: "push" | "replace"): void {
    const { pathname, search, hash } = window.location;
    const address = `${pathname}${writeDeploymentPlace(search, platform, next)}${hash}`;
    if (how === "push") window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
  }

  return {
    ...place,
    // A search is changed with every pause of the typing: going back leads to before it, not through it.
    change(next) {
      const before = current().view;
      show({ view: changeView(before, next), page: null }, next.search && before.search !== "" ? "replace" : "push");
    },
    toNext(cursor) {
      pagesBefore.set(cursor, page?.cursor ?? null);
      show({ view, page: { number: (page?.number ?? 1) + 1, cursor } }, "push");
    },
    toPrevious() {
      const cursor = page === null ? null : (pagesBefore.get(page.cursor) ?? null);
      show({ view, page: cursor === null || page === null ? null : { number: page.number - 1, cursor } }, "push");
    },
  };
}
