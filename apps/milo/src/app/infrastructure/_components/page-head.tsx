"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useTRPC } from "../../_api/trpc.ts";
import { formatQueueTitle } from "../../_format/capacity.ts";
import { useLiveState } from "../../_live/use-live.ts";
import { useShownAtMs } from "../../_live/use-shown-at.ts";
import { buttonLook } from "../../_ui/button-look.ts";
import { StaleNotice } from "../../_ui/stale-notice.tsx";

const STALE = {
  stalled: "The database does not answer: this page catches up by itself.",
  reconnecting: "milo’s web process cannot be reached: trying again.",
} as const;

/** The page's title, the way down to the queue, and word of it when what is shown is old. */
export function PageHead() {
  const trpc = useTRPC();
  const queue = useQuery(trpc.infrastructure.getQueueStats.queryOptions());
  const { phase } = useLiveState();
  const shownAtMs = useShownAtMs();
  const waiting = queue.data?.total ?? 0;
  return (
    <div className="mb-4 flex min-h-9 flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="font-semibold text-2xl tracking-tight">Infrastructure</h1>
      {(phase === "stalled" || phase === "reconnecting") && <StaleNotice asOf={shownAtMs}>{STALE[phase]}</StaleNotice>}
      {waiting > 0 && (
        <a href="#queue" className={`${buttonLook({ size: "sm" })} ml-auto`}>
          {formatQueueTitle(waiting)}
          <ArrowDown aria-hidden />
        </a>
      )}
    </div>
  );
}
