"use client";

import { useQuery } from "@tanstack/react-query";
import { Server } from "lucide-react";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { Card } from "../../_ui/card.tsx";
import { EmptyState } from "../../_ui/empty-state.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FIRST_SPAN, type Span } from "../_view/usage-points.ts";
import { PlatformSection } from "./platform-section.tsx";

/** A collapsible section per platform of the plan, in priority order, all open at first. */
export function InfrastructureTable() {
  const trpc = useTRPC();
  const platforms = useQuery(trpc.infrastructure.getActivePlatforms.queryOptions());
  const infos = useQuery(trpc.infrastructure.getPlatforms.queryOptions());
  const stats = useQuery(trpc.infrastructure.getStats.queryOptions());
  const [span, setSpan] = useState<Span>(FIRST_SPAN);
  if (platforms.data === undefined) {
    return (
      <Card title="Platforms" isFlush>
        {platforms.isError ? (
          <QueryProblem
            error={platforms.error}
            onRetry={() => void platforms.refetch()}
            isRetrying={platforms.isFetching}
          />
        ) : (
          <SkeletonRows label="Reading the platforms" rows={3} />
        )}
      </Card>
    );
  }
  if (platforms.data.length === 0) {
    return (
      <Card title="Platforms" isFlush>
        <EmptyState icon={Server} title="No platform is in the plan">
          Name one in PLATFORM_PRIORITY, give it a limit and start milo again.
        </EmptyState>
      </Card>
    );
  }
  return (
    <section aria-label="Platforms" className="space-y-4">
      {platforms.data.map((capacity) => (
        <PlatformSection
          key={capacity.platform}
          capacity={capacity}
          info={infos.data?.find(({ platform }) => platform === capacity.platform)}
          stats={stats.data?.find(({ platform }) => platform === capacity.platform)}
          span={span}
          onSpanChange={setSpan}
        />
      ))}
    </section>
  );
}
