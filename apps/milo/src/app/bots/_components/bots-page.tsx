"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { StaleData } from "../../_components/stale-data.tsx";
import { useBotsView } from "../use-bots-view.ts";
import { BotsFilters } from "./bots-filters.tsx";
import { BotsList } from "./bots-list.tsx";
import { CreateBots } from "./create-bots.tsx";

/** Every bot there is or was, newest first. */
export function BotsPage() {
  const { view, show } = useBotsView();
  const trpc = useTRPC();
  const { data: counts } = useQuery(trpc.bots.getStatusCounts.queryOptions());
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 className="font-semibold text-2xl tracking-tight">Bots</h1>
        <CreateBots />
      </div>
      <div className="space-y-3">
        <BotsFilters view={view} show={show} counts={counts?.live ?? null} />
        <StaleData />
        <BotsList view={view} show={show} />
      </div>
    </>
  );
}
