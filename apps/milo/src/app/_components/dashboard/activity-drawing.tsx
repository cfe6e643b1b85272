"use client";

import type { ReactNode } from "react";
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  LabelList,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatNumber } from "../../_format/count.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { CHART_COLORS, type ChartPoint, type ChartSeries } from "../../_ui/chart-series.ts";
import { ChartWalk } from "../../_ui/chart-walk.tsx";
import { ActivityReading } from "./activity-reading.tsx";
import { makeCountTicks, pickHours } from "./activity-scale.ts";

type Props = {
  /** Of the launches, in the order in which they stack. */
  launched: readonly ChartSeries[];
  failed: ChartSeries;
  points: readonly ChartPoint[];
  bucketMs: number;
};

const TICK = { fill: "var(--quiet)", fontSize: 11 };
const MARGIN = { top: 14, right: 4, bottom: 6, left: 0 };
const NAMES_PX = 36;
const EDGES = { leftPx: NAMES_PX + MARGIN.left, rightPx: MARGIN.right };
const LAUNCHED_PX = 156;
const FAILED_PX = 84;
const TIMES_PX = 24;
/** With the two captions of 16 px each. */
export const ACTIVITY_PX = LAUNCHED_PX + FAILED_PX + 32;
const NAMED_EVERY_HOURS = 3;
/** One launch or failure among hundreds is still seen. */
const LEAST_PX = 3;

/**
 * Launches by the hour, and below them on a scale of their own those that failed, each with its number; where none did,
 * the launches have that place too.
 */
export function ActivityDrawing(props: Props) {
  const { launched, failed, points, bucketMs } = props;
  const mostLaunched = Math.max(...points.map((point) => sumOf(launched, point)));
  const mostFailed = Math.max(...points.map((point) => point.values[failed.key] ?? 0));
  const hasFailed = mostFailed > 0;
  const series = [...launched, failed];
  const renderReading = (point: ChartPoint | undefined) =>
    point && <ActivityReading series={series} point={point} bucketMs={bucketMs} />;
  return (
    <ChartWalk
      name="Launches hour by hour"
      stops={points.map(({ atMs }) => atMs)}
      shareOf={(index) => (index + 0.5) / points.length}
      edges={EDGES}
      describe={(index) => describeHour(points[index], series)}
      renderReading={(index) => renderReading(points[index])}
    >
      <Caption>Launched</Caption>
      <HourBars
        {...props}
        series={launched}
        most={mostLaunched}
        heightPx={hasFailed ? LAUNCHED_PX : LAUNCHED_PX + FAILED_PX}
        hasTimes={!hasFailed}
      >
        {renderReading}
      </HourBars>
      <Caption>{hasFailed ? failed.label : `${failed.label}: none`}</Caption>
      {hasFailed && (
        <HourBars {...props} series={[failed]} most={mostFailed} heightPx={FAILED_PX} lines={2} hasTimes isCounted />
      )}
    </ChartWalk>
  );
}

/** `14:00: K8s 12, AWS 0, Failed 1` */
function describeHour(point: ChartPoint | undefined, series: readonly ChartSeries[]): string {
  if (point === undefined) return "";
  const parts = series.map(({ key, label }) => `${label} ${formatNumber(point.values[key] ?? 0)}`);
  return `${formatTimeOfDay(point.atMs)}: ${parts.join(", ")}`;
}

function Caption({ children }: { children: string }) {
  return <p className="text-2xs text-quiet">{children}</p>;
}

type BarsProps = Pick<Props, "points"> & {
  series: readonly ChartSeries[];
  most: number;
  heightPx: number;
  /** Between the lowest and the highest value. */
  lines?: number;
  /** Whether hours are named below. */
  hasTimes?: boolean;
  /** Whether each bar bears its number. */
  isCounted?: boolean;
  /** What is said of the hour that is pointed at. */
  children?(point: ChartPoint): ReactNode;
};

function HourBars({ series, points, most, heightPx, lines, hasTimes, isCounted, children }: BarsProps) {
  const ticks = makeCountTicks(most, lines);
  const hours = pickHours(
    points.map(({ atMs }) => atMs),
    NAMED_EVERY_HOURS,
    (atMs) => new Date(atMs).getHours(),
  );
  return (
    <div style={{ height: heightPx }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: heightPx }}>
        <ComposedChart
          data={[...points]}
          margin={MARGIN}
          accessibilityLayer={false}
          syncId="activity"
          barCategoryGap="22%"
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            dataKey="atMs"
            ticks={hours}
            interval="equidistantPreserveStart"
            tickFormatter={(atMs: number) => formatTimeOfDay(atMs)}
            tick={hasTimes ? TICK : false}
            height={hasTimes ? TIMES_PX : 1}
            tickLine={false}
            axisLine={false}
            minTickGap={16}
          />
          <YAxis
            domain={[0, ticks.at(-1) ?? 1]}
            ticks={ticks}
            interval={0}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            width={NAMES_PX}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: "var(--hover)", fillOpacity: 0.7 }}
            content={({ active, payload }) => {
              const point: ChartPoint | undefined = active ? payload?.[0]?.payload : undefined;
              return point && children ? children(point) : null;
            }}
          />
          <ReferenceLine y={0} stroke="var(--line-strong)" />
          {series.map(({ key, label, tone }) => (
            <Bar
              key={key}
              name={label}
              dataKey={(point: ChartPoint) => point.values[key] ?? 0}
              stackId="bars"
              fill={CHART_COLORS[tone]}
              minPointSize={(_, index) => ((points[index]?.values[key] ?? 0) > 0 ? LEAST_PX : 0)}
              maxBarSize={28}
              isAnimationActive={false}
            >
              {isCounted && (
                <LabelList
                  position="top"
                  offset={3}
                  fill="var(--bad)"
                  fontSize={11}
                  fontWeight={600}
                  formatter={(value) => (Number(value) > 0 ? value : "")}
                />
              )}
            </Bar>
          ))}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function sumOf(series: readonly ChartSeries[], { values }: ChartPoint): number {
  return series.reduce((sum, { key }) => sum + (values[key] ?? 0), 0);
}
