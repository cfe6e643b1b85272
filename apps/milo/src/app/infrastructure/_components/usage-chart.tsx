"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { highestOf, isAtLimit, type Moment, toMoments } from "../../_components/usage/moments.ts";
import { findSpan, SPANS } from "../../_components/usage/spans.ts";
import { StepDrawing } from "../../_components/usage/step-drawing.tsx";
import { describeFull, describeGaps, findStretches } from "../../_components/usage/stretches.ts";
import { makeValueTicks } from "../../_components/usage/ticks.ts";
import { UsageLegend } from "../../_components/usage/usage-legend.tsx";
import { useEndMs } from "../../_components/usage/use-end-ms.ts";
import { useTimeAxis } from "../../_components/usage/use-time-axis.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { ChartFrame } from "../../_ui/chart-frame.tsx";
import { CHART_COLORS, type ChartSeries, hasValues } from "../../_ui/chart-series.ts";
import { ChartTable } from "../../_ui/chart-table.tsx";
import { SegmentedControl } from "../../_ui/segmented-control.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { type Span, summariseUsage, toUsagePoints, toUsageQuery } from "../_view/usage-points.ts";

const HEIGHT_PX = 104;
const EMPTY = { title: "Nothing is known yet", text: "A dispatcher keeps a sample every minute." };
const COLUMNS = [
  { key: "used", label: "Slots in use", tone: "quiet", shape: "area" },
  { key: "limit", label: "Limit", tone: "quiet", shape: "limit" },
] as const satisfies readonly ChartSeries[];

type Props = { platform: DeploymentPlatform; span: Span; onSpanChange(span: Span): void };

/** A platform's slots in use over time, against its limit. */
export function UsageChart({ platform, span, onSpanChange }: Props) {
  const options = useTRPC().infrastructure.getUsageHistory.queryOptions(toUsageQuery(span));
  const { data, error, isError, dataUpdatedAt, refetch } = useQuery({ ...options, placeholderData: keepPreviousData });
  const endMs = useEndMs(data, dataUpdatedAt);
  if (data === undefined) {
    return isError ? (
      <QueryProblem error={error} onRetry={() => void refetch()} />
    ) : (
      <Skeleton className="h-36 w-full" />
    );
  }
  const name = `${PLATFORM_LABELS[platform]} over time`;
  const points = toUsagePoints(data, platform);
  const { label, value } = findSpan(span);
  const moments = toMoments(data, endMs);
  const read = (at: Moment) => at.used[platform] ?? null;
  const area = { key: "used", label: "Slots in use", color: CHART_COLORS[platform], read };
  const gaps = findStretches(moments, (at) => read(at) === null);
  const full = findStretches(moments, (at) => isAtLimit(read(at), at.limits[platform]));
  const last = moments.at(-1);
  const isNow = last !== undefined && isAtLimit(read(last), last.limits[platform]);
  const told = [describeFull(full, { label, gaps, isNow }), describeGaps(gaps, moments[0]?.atMs, endMs)];
  const words = told.filter((part) => part !== null);
  return (
    <ChartFrame
      title={name}
      summary={summariseUsage(points)}
      words={words.join(". ")}
      legend={<UsageLegend areas={[area]} hasGaps={gaps.length > 0} />}
      empty={hasValues(points) ? null : EMPTY}
      table={() => (
        <ChartTable label={name} series={COLUMNS} points={points} formatTime={(at) => formatTimeOfDay(at)} />
      )}
      actions={
        <SegmentedControl
          label={`Span of time of ${PLATFORM_LABELS[platform]}`}
          value={value}
          onValueChange={onSpanChange}
          options={SPANS}
        />
      }
    >
      <UsageDrawing {...{ name, platform, span, endMs, moments, area, gaps, full }} />
    </ChartFrame>
  );
}

type DrawingProps = Pick<Props, "platform" | "span"> &
  Pick<Parameters<typeof StepDrawing>[0], "moments" | "gaps" | "full"> & {
    name: string;
    endMs: number;
    area: Parameters<typeof StepDrawing>[0]["areas"][number];
  };

function UsageDrawing({ name, platform, span, endMs, moments, area, gaps, full }: DrawingProps) {
  const axis = useTimeAxis(findSpan(span), endMs);
  const limit = moments.at(-1)?.limits[platform] ?? 0;
  return (
    <StepDrawing
      name={name}
      group={`usage ${platform}`}
      moments={moments}
      axis={axis}
      heightPx={HEIGHT_PX}
      areas={[area]}
      limit={(at) => at.limits[platform] ?? null}
      full={full}
      gaps={gaps}
      ticksY={makeValueTicks(highestOf(moments.map(area.read)), limit)}
      hasTimes
    />
  );
}
