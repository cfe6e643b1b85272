"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTRPC } from "../_api/trpc.ts";
import { describeCapacity, describeQueue } from "./describe.ts";
import { HealthBadge } from "./health-badge.tsx";
import { QueryProblem } from "./query-problem.tsx";

/** The dashboard's summary: every platform of the plan and, when bots wait, how many. */
export function InfrastructureCard() {
  const trpc = useTRPC();
  const platforms = useQuery(trpc.infrastructure.getActivePlatforms.queryOptions());
  const queue = useQuery(trpc.infrastructure.getQueueStats.queryOptions());
  return (
    <section aria-labelledby="infrastructure-card" className="rounded-lg border border-line bg-card p-4">
      <div className="flex flex-wrap items-center gap-3">
        <h2 id="infrastructure-card" className="font-semibold">
          <Link href="/infrastructure" className="hover:underline">
            Infrastructure
          </Link>
        </h2>
        {queue.data !== undefined && queue.data.total > 0 && (
          <span role="status" className="rounded-full bg-wait-soft px-2.5 py-0.5 font-medium text-sm text-wait">
            {describeQueue(queue.data.total)}
          </span>
        )}
      </div>
      <details open className="mt-3">
        <summary className="cursor-pointer text-quiet text-sm">Platforms</summary>
        {platforms.data === undefined && platforms.isError && (
          <QueryProblem error={platforms.error} onRetry={() => void platforms.refetch()} />
        )}
        <ul className="mt-2 divide-y divide-line">
          {platforms.data?.map((platform) => (
            <li key={platform.platform} className="flex items-center justify-between gap-3 py-2">
              <span className="tabular-nums">{describeCapacity(platform)}</span>
              <HealthBadge isHealthy={platform.isHealthy} />
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
