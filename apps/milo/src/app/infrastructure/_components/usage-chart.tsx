"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { SegmentedControl } from "../../_ui/segmented-control.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { TimeChart } from "../../_ui/time-chart.tsx";
import { SPANS, type Span, summariseUsage, toUsagePoints, toUsageQuery } from "../_view/usage-points.ts";

const HEIGHT_PX = 104;
const EMPTY = { title: "Nothing is known yet", text: "A dispatcher keeps a sample every minute." };

type Props = { platform: DeploymentPlatform; span: Span; onSpanChange(span: Span): void };

/** A platform's slots in use over time, against its limit. */
export function UsageChart({ platform, span, onSpanChange }: Props) {
  const trpc = useTRPC();
  const history = useQuery({
    ...trpc.infrastructure.getUsageHistory.queryOptions(toUsageQuery(span)),
    placeholderData: keepPreviousData,
  });
  const points = useMemo(
    () => (history.data === undefined ? [] : toUsagePoints(history.data, platform)),
    [history.data, platform],
  );
  if (history.data === undefined) {
    if (history.isError) return <QueryProblem error={history.error} onRetry={() => void history.refetch()} />;
    return <Skeleton className="h-36 w-full" />;
  }
  return (
    <TimeChart
      title={`${PLATFORM_LABELS[platform]} over time`}
      summary={summariseUsage(points)}
      series={[
        { key: "used", label: "Slots in use", tone: platform, shape: "area" },
        { key: "limit", label: "Limit", tone: "quiet", shape: "limit" },
      ]}
      points={points}
      empty={EMPTY}
      heightPx={HEIGHT_PX}
      actions={
        <SegmentedControl
          label={`Span of time of ${PLATFORM_LABELS[platform]}`}
          value={span}
          onValueChange={onSpanChange}
          options={SPANS}
        />
      }
    />
  );
}
