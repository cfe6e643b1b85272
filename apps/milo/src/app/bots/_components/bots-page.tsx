"use client";

import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { StaleBanner } from "../../_components/stale-banner.tsx";
import { type BotsViewState, useBotsView } from "../use-bots-view.ts";
import { BotsFilters } from "./bots-filters.tsx";
import { BotsList } from "./bots-list.tsx";
import { CreateBots } from "./create-bots.tsx";

/** Every bot there is or was, newest first. */
export function BotsPage() {
  const { view, show } = useBotsView();
  const trpc = useTRPC();
  const { data: counts } = useQuery(trpc.bots.getStatusCounts.queryOptions());
  // Not within the list: while empty it offers the form too, and would take it away when the first bot comes.
  const [isCreating, setCreating] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const showAndSearch: BotsViewState["show"] = (change, how) => {
    searchBox.current?.focus();
    show(change, how);
  };
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-2xl tracking-tight">Bots</h1>
        <CreateBots isOpen={isCreating} setOpen={setCreating} />
      </div>
      <div className="space-y-3">
        <BotsFilters {...{ view, show, showAndSearch, searchBox }} counts={counts?.live ?? null} />
        <StaleBanner />
        <BotsList {...{ view, show, showAndSearch }} onCreate={() => setCreating(true)} />
      </div>
    </>
  );
}
