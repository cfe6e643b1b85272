"use client";

import { PLATFORM_LABELS } from "@milo/placement";
import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { describeCapacity, describeDuration } from "../../_components/describe.ts";
import { HealthBadge } from "../../_components/health-badge.tsx";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { InfrastructureStats } from "./infrastructure-stats.tsx";

/** A collapsible section per platform of the plan, in priority order, all open at first. */
export function InfrastructureTable() {
  const trpc = useTRPC();
  const platforms = useQuery(trpc.infrastructure.getActivePlatforms.queryOptions());
  const stats = useQuery(trpc.infrastructure.getStats.queryOptions());
  if (platforms.data === undefined && platforms.isError) {
    return <QueryProblem error={platforms.error} onRetry={() => void platforms.refetch()} />;
  }
  return (
    <section aria-label="Platforms" className="space-y-3">
      {platforms.data?.map((capacity) => {
        const { platform, used, limit, isHealthy, queueTimeout } = capacity;
        return (
          <details key={platform} open className="rounded-lg border border-line bg-card">
            <summary className="flex cursor-pointer flex-wrap items-center gap-3 p-4">
              <h2 className="font-semibold tabular-nums">{describeCapacity(capacity)}</h2>
              <HealthBadge isHealthy={isHealthy} />
              <span className="text-quiet text-sm">
                {queueTimeout === 0 ? "not waited for" : `waited for up to ${describeDuration(queueTimeout)}`}
              </span>
            </summary>
            <div className="space-y-3 px-4 pb-4">
              <progress
                aria-label={`Slots of ${PLATFORM_LABELS[platform]} in use`}
                value={Math.min(used, limit)}
                max={Math.max(1, limit)}
                className="h-2 w-full accent-accent"
              />
              <InfrastructureStats stats={stats.data?.find((row) => row.platform === platform)} />
            </div>
          </details>
        );
      })}
    </section>
  );
}
