"use client";

import { useState } from "react";
import { ActivityDrawing } from "../../../_components/dashboard/activity-drawing.tsx";
import type { Moment } from "../../../_components/usage/moments.ts";
import { findSpan, SPANS, type SpanValue } from "../../../_components/usage/spans.ts";
import { StepDrawing } from "../../../_components/usage/step-drawing.tsx";
import { findStretches } from "../../../_components/usage/stretches.ts";
import { UsageLegend } from "../../../_components/usage/usage-legend.tsx";
import { useTimeAxis } from "../../../_components/usage/use-time-axis.ts";
import { formatTimeOfDay } from "../../../_format/time.ts";
import { Card } from "../../../_ui/card.tsx";
import { ChartFrame } from "../../../_ui/chart-frame.tsx";
import { ChartLegend } from "../../../_ui/chart-legend.tsx";
import { CHART_COLORS, type ChartSeries } from "../../../_ui/chart-series.ts";
import { ChartTable } from "../../../_ui/chart-table.tsx";
import { useIsHydrated } from "../../../_ui/now-provider.tsx";
import { SegmentedControl } from "../../../_ui/segmented-control.tsx";
import { Samples } from "./sample.tsx";

const LAUNCHED = [
  { key: "k8s", label: "K8s", tone: "k8s", shape: "bar" },
  { key: "aws", label: "AWS", tone: "aws", shape: "bar" },
] as const satisfies readonly ChartSeries[];
const FAILED = { key: "failed", label: "Failed to start", tone: "bad", shape: "bar" } as const satisfies ChartSeries;

const EMPTY = { title: "Nothing has run yet", text: "Numbers appear a minute after the first bot." };
const LIMIT = 20;
const HOUR_MS = 3_600_000;
const AREA = { key: "k8s", label: "K8s", color: CHART_COLORS.k8s, read: ({ used }: Moment) => used.k8s ?? null };

/** Full in the middle, and of some of the time nothing is known. */
function makeMoments(endMs: number, windowMs: number): Moment[] {
  return Array.from({ length: 73 }, (_, index) => {
    const isGap = index > 8 && index < 18;
    const used = isGap ? null : Math.min(LIMIT, Math.round(14 + 12 * Math.sin(index / 9 - 2)));
    const limit = isGap ? null : LIMIT;
    const atMs = endMs - ((72 - index) * windowMs) / 72;
    return { atMs, waiting: isGap ? null : 0, used: { k8s: used }, limits: { k8s: limit }, limit };
  });
}

export function ChartSamples({ nowMs }: { nowMs: number }) {
  return (
    <Samples title="Charts">
      <div className="grid gap-3 lg:grid-cols-2">
        <Card title="Capacity">
          <UsageSample nowMs={nowMs} />
        </Card>
        <Card title="Activity">
          <ActivitySample nowMs={nowMs} />
        </Card>
        <Card title="Empty">
          <ChartFrame title="Launches" summary="" legend={null} empty={EMPTY} table={() => null}>
            {null}
          </ChartFrame>
        </Card>
      </div>
    </Samples>
  );
}

function UsageSample({ nowMs }: { nowMs: number }) {
  const [value, setValue] = useState<SpanValue>("6h");
  const span = findSpan(value);
  const axis = useTimeAxis(span, nowMs);
  const moments = makeMoments(nowMs, span.windowMs);
  const gaps = findStretches(moments, ({ waiting }) => waiting === null);
  const full = findStretches(moments, (at) => AREA.read(at) === LIMIT);
  return (
    <>
      <SegmentedControl label="Span of time" value={value} onValueChange={setValue} options={SPANS} />
      <UsageLegend areas={[AREA]} hasGaps />
      <StepDrawing
        name="Slots in use"
        group="sample"
        moments={moments}
        axis={axis}
        heightPx={104}
        areas={[AREA]}
        limit={(at) => at.limit}
        full={full}
        gaps={gaps}
        ticksY={[0, LIMIT]}
        hasTimes
      />
    </>
  );
}

function ActivitySample({ nowMs }: { nowMs: number }) {
  const firstMs = Math.floor(nowMs / HOUR_MS - 23) * HOUR_MS;
  const points = Array.from({ length: 24 }, (_, index) => ({
    atMs: firstMs + index * HOUR_MS,
    values: { k8s: 80 + ((index * 7) % 19), aws: index % 5, failed: index === 6 ? 1 : index === 13 ? 3 : 0 },
  }));
  const series = [...LAUNCHED, FAILED];
  return (
    <ChartFrame
      title="Launches by hour"
      summary="Launches and failures of the last 24 hours."
      legend={<ChartLegend series={series} />}
      empty={null}
      table={() => (
        <ChartTable label="Launches" series={series} points={points} formatTime={(at) => formatTimeOfDay(at)} />
      )}
    >
      {useIsHydrated() && <ActivityDrawing launched={LAUNCHED} failed={FAILED} points={points} bucketMs={HOUR_MS} />}
    </ChartFrame>
  );
}
