"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { toMoments } from "../../_components/usage/moments.ts";
import { SPANS } from "../../_components/usage/spans.ts";
import { useEndMs } from "../../_components/usage/use-end-ms.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { EmptyState } from "../../_ui/empty-state.tsx";
import { SegmentedControl } from "../../_ui/segmented-control.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { readSpan, spanHref } from "../span.ts";
import { CapacityPanels } from "./capacity-panels.tsx";
import { CapacityTable } from "./capacity-table.tsx";

/** Use against limits over time, platform by platform and the queue, on one axis of time. */
export function CapacityView() {
  const span = readSpan(useSearchParams().get("span"));
  const [isTable, setTable] = useState(false);
  const options = useTRPC().infrastructure.getUsageHistory.queryOptions({ windowMs: span.windowMs });
  const usage = useQuery({ ...options, placeholderData: keepPreviousData });
  const { data, error, isFetching } = usage;
  const endMs = useEndMs(data, usage.dataUpdatedAt);
  const moments = data === undefined ? [] : toMoments(data, endMs);
  const platforms = data?.points.at(-1)?.platforms.map(({ platform }) => platform) ?? [];
  const actions = (
    <>
      <SegmentedControl
        label="Span of time"
        value={span.value}
        onValueChange={(value) => window.history.replaceState(null, "", spanHref(value))}
        options={SPANS}
      />
      <Button
        size="sm"
        variant="ghost"
        icon={isTable ? <ChartNoAxesColumn aria-hidden /> : <Table2 aria-hidden />}
        onClick={() => setTable(!isTable)}
      >
        {isTable ? "Charts" : "Table"}
      </Button>
    </>
  );
  return (
    <Card title={`The last ${span.label}`} actions={actions}>
      {data === undefined && usage.isError && (
        <QueryProblem error={error} onRetry={() => void usage.refetch()} isRetrying={isFetching} />
      )}
      {data === undefined && !usage.isError && <Skeleton className="h-96 w-full" />}
      {data !== undefined && platforms.length === 0 && (
        <EmptyState title="No platform is set up">Set PLATFORM_PRIORITY and a limit for each platform.</EmptyState>
      )}
      {data !== undefined && platforms.length > 0 && (
        <div aria-busy={usage.isPlaceholderData} className={usage.isPlaceholderData ? "opacity-60" : undefined}>
          {isTable ? (
            <CapacityTable points={data.points} platforms={platforms} />
          ) : (
            <CapacityPanels moments={moments} platforms={platforms} span={span} endMs={endMs} />
          )}
        </div>
      )}
    </Card>
  );
}
