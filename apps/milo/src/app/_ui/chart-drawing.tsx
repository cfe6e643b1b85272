"use client";

import type { ReactElement } from "react";
import { Area, Bar, CartesianGrid, ComposedChart, Line, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { ChartKey } from "./chart-legend.tsx";
import { CHART_COLORS, type ChartPoint, type ChartSeries } from "./chart-series.ts";
import { formatValue } from "./chart-table.tsx";

type Props = {
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  heightPx: number;
  formatTime(atMs: number): string;
};

const TICK = { fill: "var(--quiet)", fontSize: 11 };
const MARGIN = { top: 6, right: 4, bottom: 0, left: 0 };

/** The lines, areas and bars themselves, over evenly spaced moments. */
export function ChartDrawing({ series, points, heightPx, formatTime }: Props) {
  return (
    <div style={{ height: heightPx }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: heightPx }}>
        <ComposedChart data={[...points]} margin={MARGIN} accessibilityLayer={false} barCategoryGap="18%">
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="atMs"
            tickFormatter={formatTime}
            tick={TICK}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={36}
          />
          <YAxis allowDecimals={false} tick={TICK} tickLine={false} axisLine={false} width={36} />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--line-strong)", fill: "var(--hover)", fillOpacity: 0.6 }}
            content={({ active, payload }) => {
              const point: ChartPoint | undefined = active ? payload?.[0]?.payload : undefined;
              return point ? <Reading series={series} point={point} formatTime={formatTime} /> : null;
            }}
          />
          {series.map(drawSeries)}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function drawSeries({ key, label, tone, shape }: ChartSeries): ReactElement {
  const color = CHART_COLORS[tone];
  const dataKey = (point: ChartPoint) => point.values[key];
  const common = { key, name: label, dataKey, isAnimationActive: false } as const;
  if (shape === "bar") return <Bar {...common} key={key} stackId="bars" fill={color} maxBarSize={28} />;
  if (shape === "area") {
    return (
      <Area
        {...common}
        key={key}
        type="stepAfter"
        stackId="areas"
        stroke={color}
        strokeWidth={1.5}
        fill={color}
        fillOpacity={0.28}
      />
    );
  }
  return (
    <Line
      {...common}
      key={key}
      type={shape === "limit" ? "stepAfter" : "monotone"}
      stroke={color}
      strokeWidth={shape === "limit" ? 1.5 : 2}
      strokeDasharray={shape === "limit" ? "5 4" : undefined}
      dot={false}
      activeDot={{ r: 3 }}
    />
  );
}

function Reading({ series, point, formatTime }: Pick<Props, "series" | "formatTime"> & { point: ChartPoint }) {
  return (
    <div className="rounded-md border bg-raised px-2.5 py-2 text-xs shadow-raised">
      <p className="mb-1 font-medium tabular-nums">{formatTime(point.atMs)}</p>
      <ul className="space-y-0.5">
        {series.map((one) => (
          <li key={one.key} className="flex items-center gap-1.5">
            <ChartKey series={one} />
            <span className="mr-3 text-quiet">{one.label}</span>
            <span className="ml-auto font-medium tabular-nums">{formatValue(point.values[one.key])}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
