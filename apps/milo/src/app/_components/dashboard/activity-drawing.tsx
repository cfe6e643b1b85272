"use client";

import { Bar, CartesianGrid, ComposedChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { formatNumber } from "../../_format/count.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { ChartKey } from "../../_ui/chart-legend.tsx";
import { CHART_COLORS, type ChartPoint, type ChartSeries } from "../../_ui/chart-series.ts";

type Props = { series: readonly ChartSeries[]; points: readonly ChartPoint[]; bucketMs: number; heightPx: number };

const TICK = { fill: "var(--quiet)", fontSize: 11 };
const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };
const FAILED = "failed";

/** Launches by the hour upwards, those that failed downwards, so that neither hides the other. */
export function ActivityDrawing({ series, points, bucketMs, heightPx }: Props) {
  return (
    <div style={{ height: heightPx }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: heightPx }}>
        <ComposedChart
          data={[...points]}
          margin={MARGIN}
          accessibilityLayer={false}
          stackOffset="sign"
          barCategoryGap="22%"
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="atMs"
            tickFormatter={(atMs: number) => formatTimeOfDay(atMs)}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            minTickGap={28}
          />
          <YAxis
            allowDecimals={false}
            tickFormatter={(value: number) => formatNumber(Math.abs(value))}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            width={36}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--hover)", fillOpacity: 0.7 }}
            content={({ active, payload }) => {
              const point: ChartPoint | undefined = active ? payload?.[0]?.payload : undefined;
              return point ? <Reading series={series} point={point} bucketMs={bucketMs} /> : null;
            }}
          />
          <ReferenceLine y={0} stroke="var(--line-strong)" />
          {series.map(({ key, label, tone }) => (
            <Bar
              key={key}
              name={label}
              dataKey={(point: ChartPoint) => (key === FAILED ? -(point.values[key] ?? 0) : point.values[key])}
              stackId="bars"
              fill={CHART_COLORS[tone]}
              maxBarSize={28}
              isAnimationActive={false}
            />
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function Reading({ series, point, bucketMs }: Pick<Props, "series" | "bucketMs"> & { point: ChartPoint }) {
  return (
    <div className="rounded-md border bg-raised px-2.5 py-2 text-xs shadow-raised">
      <p className="mb-1 font-medium tabular-nums">
        {formatTimeOfDay(point.atMs)} – {formatTimeOfDay(point.atMs + bucketMs)}
      </p>
      <ul className="space-y-0.5">
        {series.map((one) => (
          <li key={one.key} className="flex items-center gap-1.5">
            <ChartKey series={one} />
            <span className="mr-3 text-quiet">{one.label}</span>
            <span className="ml-auto font-medium tabular-nums">{formatNumber(point.values[one.key] ?? 0)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
