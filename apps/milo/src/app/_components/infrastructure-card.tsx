"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Hourglass } from "lucide-react";
import Link from "next/link";
import type { ApiOutputs } from "../_api/outputs.ts";
import { useTRPC } from "../_api/trpc.ts";
import { formatPlatformTitle, formatQueueTitle } from "../_format/capacity.ts";
import { Badge } from "../_ui/badge.tsx";
import { buttonLook } from "../_ui/button-look.ts";
import { CollapsibleSection } from "../_ui/collapsible-section.tsx";
import { BreakerBadge } from "../_ui/domain/breaker-badge.tsx";
import { CapacityBar } from "../_ui/domain/capacity-bar.tsx";
import { HealthBadge } from "../_ui/domain/health-badge.tsx";
import { ModeBadge } from "../_ui/domain/mode-badge.tsx";
import { PlatformIcon } from "../_ui/domain/platform-icon.tsx";
import { EmptyState } from "../_ui/empty-state.tsx";
import { SkeletonRows } from "../_ui/skeleton.tsx";
import { QueryProblem } from "./query-problem.tsx";
import { useNoDispatcher } from "./use-no-dispatcher.ts";

type Capacity = ApiOutputs["infrastructure"]["getActivePlatforms"][number];
type State = Pick<ApiOutputs["infrastructure"]["getPlatforms"][number], "mode" | "breaker">;

/** The dashboard's summary: every platform of the plan and, when bots wait, how many. */
export function InfrastructureCard() {
  return (
    <CollapsibleSection storageKey="dashboard-infrastructure" title="Infrastructure" aside={<QueueBadge />}>
      <Platforms />
      <p className="border-t px-4 py-2 text-right">
        <Link href="/infrastructure" prefetch={false} className={buttonLook({ variant: "ghost", size: "sm" })}>
          Deployments and queue
          <ArrowRight aria-hidden />
        </Link>
      </p>
    </CollapsibleSection>
  );
}

function QueueBadge() {
  const { data } = useQuery(useTRPC().infrastructure.getQueueStats.queryOptions());
  const waiting = data?.total ?? 0;
  return (
    <span role="status">
      {waiting > 0 && (
        <Link href="/infrastructure#queue" prefetch={false} className="inline-block rounded-sm hover:underline">
          <Badge tone="wait" icon={Hourglass}>
            {formatQueueTitle(waiting)}
          </Badge>
        </Link>
      )}
    </span>
  );
}

function Platforms() {
  const trpc = useTRPC();
  const capacities = useQuery(trpc.infrastructure.getActivePlatforms.queryOptions());
  const platforms = useQuery(trpc.infrastructure.getPlatforms.queryOptions());
  if (capacities.data === undefined) {
    if (!capacities.isError) return <SkeletonRows label="Reading the platforms" rows={3} />;
    const { error, isFetching } = capacities;
    return <QueryProblem error={error} onRetry={() => void capacities.refetch()} isRetrying={isFetching} />;
  }
  if (capacities.data.length === 0) {
    return <EmptyState title="No platform is set up">Set PLATFORM_PRIORITY and a limit for each platform.</EmptyState>;
  }
  return (
    <ul className="divide-y">
      {capacities.data.map((capacity) => {
        const state = platforms.data?.find(({ platform }) => platform === capacity.platform);
        return <PlatformRow key={capacity.platform} capacity={capacity} state={state} />;
      })}
    </ul>
  );
}

function PlatformRow({ capacity, state }: { capacity: Capacity; state: State | undefined }) {
  const { platform, used, limit, isHealthy } = capacity;
  const isChecked = useNoDispatcher() === null;
  const mode = state?.mode ?? "enabled";
  const breaker = state?.breaker.state ?? "closed";
  return (
    <li className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-2 px-4 py-3 sm:grid-cols-[9rem_minmax(0,1fr)_auto]">
      <Link
        href={`/infrastructure#${platform}`}
        prefetch={false}
        className="flex items-center gap-2 font-medium tabular-nums hover:underline"
      >
        <PlatformIcon platform={platform} />
        {formatPlatformTitle(capacity)}
      </Link>
      <div className="order-last col-span-2 sm:order-none sm:col-span-1">
        <CapacityBar platform={platform} used={used} limit={limit} mode={mode} />
      </div>
      <div className="flex flex-wrap items-center justify-end gap-1.5">
        {mode !== "enabled" && <ModeBadge mode={mode} />}
        {/* Free slots are none while launches are stopped. */}
        {breaker !== "closed" && <BreakerBadge state={breaker} />}
        <HealthBadge isHealthy={isHealthy} isChecked={isChecked} />
      </div>
    </li>
  );
}
