"use client";

import { useId } from "react";
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { CHART_COLORS } from "../../_ui/chart-series.ts";
import { formatValue } from "../../_ui/chart-table.tsx";
import { ChartWalk } from "../../_ui/chart-walk.tsx";
import { MomentReading, type StepArea } from "./moment-reading.tsx";
import { type Moment, pickStops } from "./moments.ts";
import type { Stretch } from "./stretches.ts";
import type { TimeAxis } from "./use-time-axis.ts";

type Props = {
  moments: readonly Moment[];
  /** What is drawn, for who reads it with the arrow keys. */
  name: string;
  /** Drawings of the same group point at the same moment. */
  group: string;
  /** Null: it keeps the place. */
  axis: TimeAxis | null;
  heightPx: number;
  /** In the order in which they stack, the lowest first. */
  areas: readonly StepArea[];
  limit?(at: Moment): number | null;
  /** Times to mark: those at the limit. */
  full?: readonly Stretch[];
  /** Times of which nothing is known. */
  gaps: readonly Stretch[];
  /** The values to name on the axis, the highest last. */
  ticksY: readonly number[];
  /** Whether times are named below it. */
  hasTimes?: boolean;
};

const TICK = { fill: "var(--quiet)", fontSize: 11 };
const MARGIN = { top: 0, right: 4, bottom: 6, left: 0 };
const NAMES_PX = 32;
const EDGES = { leftPx: NAMES_PX + MARGIN.left, rightPx: MARGIN.right };
const TIMES_PX = 24;
/** Above the highest value, so that a limit is seen to be one. */
const HEADROOM = 1.3;
/** A stretch at least this part of the width has room for its name, also on a narrow screen. */
const NAMED_SHARE = 0.2;

type Mark = { name: string; fill: string; stroke: string; text: string };
const FULL: Mark = { name: "At its limit", fill: "var(--wait-line)", stroke: "none", text: "var(--ink)" };
const GAP: Mark = { name: "Not known", fill: "var(--sunken)", stroke: "none", text: "var(--quiet)" };
const LIMIT = { type: "stepAfter", strokeWidth: 1.5, dot: false, activeDot: false, isAnimationActive: false } as const;
/** Behind the areas. */
const MARK_LAYER = -1;

/** Steps over time, of which the pointer or the arrow keys choose a moment to read. */
export function StepDrawing(props: Props) {
  const { moments, name, group, axis, heightPx, areas, limit, full = [], gaps, ticksY, hasTimes = false } = props;
  const hatchId = useId();
  const height = heightPx + (hasTimes ? TIMES_PX : 0);
  if (axis === null) return <div style={{ height }} />;
  const { startMs } = axis;
  const firstMs = moments[0]?.atMs ?? startMs;
  const stops = pickStops(moments, startMs);
  const reading = (at: Moment | undefined) =>
    at && <MomentReading at={at} areas={areas} limit={limit?.(at)} format={axis.format} />;
  return (
    <ChartWalk
      name={name}
      stops={stops.map(({ atMs }) => atMs)}
      shareOf={(index) => ((stops[index]?.atMs ?? 0) - startMs) / (axis.endMs - startMs)}
      edges={EDGES}
      describe={(index) => describeMoment(stops[index], props, axis)}
      renderReading={(index) => reading(stops[index])}
    >
      <div style={{ height }}>
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height }}>
          <ComposedChart data={[...moments]} margin={MARGIN} accessibilityLayer={false} syncId={group}>
            <defs>
              <pattern id={hatchId} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="5" height="5" fill={CHART_COLORS.wait} fillOpacity="0.18" />
                <rect width="2" height="5" fill={CHART_COLORS.wait} />
              </pattern>
            </defs>
            <CartesianGrid horizontal={false} stroke="var(--line)" verticalValues={axis.ticks} />
            {gaps.map((gap, index) =>
              drawMark(gap.fromMs > firstMs ? gap : { ...gap, fromMs: startMs }, index, axis, GAP),
            )}
            {full.map((stretch, index) => drawMark(stretch, index, axis, FULL))}
            <XAxis
              dataKey="atMs"
              type="number"
              scale="time"
              domain={[startMs, axis.endMs]}
              allowDataOverflow
              ticks={axis.ticks}
              tickFormatter={axis.format}
              tick={hasTimes ? TICK : drawNothing}
              height={hasTimes ? TIMES_PX : 1}
              tickLine={false}
              axisLine={{ stroke: "var(--line-strong)" }}
              minTickGap={24}
            />
            <YAxis
              domain={[0, (ticksY.at(-1) ?? 1) * (limit === undefined || areas.length > 1 ? 1.05 : HEADROOM)]}
              ticks={[...ticksY]}
              interval={0}
              tick={TICK}
              tickLine={false}
              axisLine={false}
              width={NAMES_PX}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--ink)", strokeOpacity: 0.5 }}
              content={({ active, payload }) => {
                const at: Moment | undefined = active ? payload?.[0]?.payload : undefined;
                return reading(at);
              }}
            />
            {areas.map(({ key, label, color, read, isHatched }) => (
              <Area
                key={key}
                name={label}
                dataKey={read}
                type="stepAfter"
                stackId="areas"
                stroke={areas.length === 1 ? color : "none"}
                strokeWidth={1.5}
                fill={isHatched ? `url(#${hatchId})` : mixIntoCard(color, areas.length === 1 ? "45%" : "75%")}
                fillOpacity={1}
                isAnimationActive={false}
                activeDot={false}
              />
            ))}
            {/* Edged, so that it is seen also where an area ends right on it. */}
            {limit && <Line {...LIMIT} name="Edge of the limit" dataKey={limit} stroke="var(--card)" strokeWidth={4} />}
            {limit && <Line {...LIMIT} name="Limit" dataKey={limit} stroke="var(--ink)" strokeDasharray="5 4" />}
          </ComposedChart>
        </ResponsiveContainer>
      </div>
    </ChartWalk>
  );
}

/** `14:05: K8s 3, Limit 8` */
function describeMoment(at: Moment | undefined, { areas, limit }: Props, { format }: TimeAxis): string {
  if (at === undefined) return "";
  const parts = areas.map(({ label, read }) => `${label} ${tellValue(read(at))}`);
  if (limit) parts.push(`Limit ${tellValue(limit(at))}`);
  return `${format(at.atMs)}: ${parts.join(", ")}`;
}

function tellValue(value: number | null): string {
  return value === null ? "not known" : formatValue(value);
}

function drawMark({ fromMs, toMs }: Stretch, index: number, { startMs, endMs }: TimeAxis, mark: Mark) {
  const { name, fill, stroke, text } = mark;
  const isWide = toMs - fromMs > (endMs - startMs) * NAMED_SHARE;
  return (
    <ReferenceArea
      // Not by its time: one that is at the left edge moves on with it, and would be lost each time it is made anew.
      key={`${name} ${index}`}
      x1={Math.max(fromMs, startMs)}
      x2={toMs}
      fill={fill}
      fillOpacity={1}
      stroke={stroke}
      zIndex={MARK_LAYER}
      ifOverflow="hidden"
      label={isWide ? { value: name, position: "insideTop", fontSize: 10, fill: text } : undefined}
    />
  );
}

/** Lighter and yet not to be seen through: what is marked behind an area must not colour it. */
function mixIntoCard(color: string, share: string): string {
  return `color-mix(in oklab, ${color} ${share}, var(--card))`;
}

/** A tick without a name still draws its line. */
function drawNothing() {
  return <g />;
}
