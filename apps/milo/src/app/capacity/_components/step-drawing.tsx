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
import type { Moment } from "../moments.ts";
import type { Stretch } from "../stretches.ts";
import type { TimeAxis } from "./capacity-panels.tsx";
import { MomentReading, type StepArea } from "./moment-reading.tsx";

type Props = {
  moments: readonly Moment[];
  /** Null: it keeps the place. */
  axis: TimeAxis | null;
  heightPx: number;
  /** In the order in which they stack, the lowest first. */
  areas: readonly StepArea[];
  limit?(at: Moment): number | null;
  /** Times to mark: those at the limit. */
  stretches?: readonly Stretch[];
  mostY: number;
  /** Whether times are named below it. */
  hasTimes?: boolean;
};

const TICK = { fill: "var(--quiet)", fontSize: 11 };
const MARGIN = { top: 4, right: 4, bottom: 0, left: 0 };
const TIMES_PX = 24;
/** A stretch at least this part of the width has room for its name. */
const NAMED_SHARE = 0.09;

/** Steps over time. All drawings of a page point at the same moment when one is pointed at. */
export function StepDrawing(props: Props) {
  const { moments, axis, heightPx, areas, limit, stretches = [], mostY, hasTimes = false } = props;
  const hatchId = useId();
  const height = heightPx + (hasTimes ? TIMES_PX : 0);
  if (axis === null) return <div style={{ height }} />;
  const span = axis.endMs - axis.startMs;
  return (
    <div style={{ height }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height }}>
        <ComposedChart data={[...moments]} margin={MARGIN} accessibilityLayer={false} syncId="capacity">
          <defs>
            <pattern id={hatchId} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="5" height="5" fill={CHART_COLORS.wait} fillOpacity="0.18" />
              <rect width="2" height="5" fill={CHART_COLORS.wait} />
            </pattern>
          </defs>
          <CartesianGrid horizontal={false} stroke="var(--line)" verticalValues={axis.ticks} />
          {stretches.map(({ fromMs, toMs }) => (
            <ReferenceArea
              key={fromMs}
              x1={Math.max(fromMs, axis.startMs)}
              x2={toMs}
              fill="var(--wait-soft)"
              fillOpacity={1}
              stroke="var(--wait-line)"
              strokeOpacity={0.6}
              ifOverflow="hidden"
              label={
                toMs - fromMs > span * NAMED_SHARE
                  ? { value: "At its limit", position: "insideTop", fontSize: 10, fill: "var(--wait)" }
                  : undefined
              }
            />
          ))}
          <XAxis
            dataKey="atMs"
            type="number"
            scale="time"
            domain={[axis.startMs, axis.endMs]}
            allowDataOverflow
            ticks={axis.ticks}
            tickFormatter={axis.format}
            tick={hasTimes ? TICK : false}
            height={hasTimes ? TIMES_PX : 1}
            tickLine={false}
            axisLine={{ stroke: "var(--line-strong)" }}
            minTickGap={24}
          />
          <YAxis
            domain={[0, Math.ceil(mostY * 1.15)]}
            ticks={[0, mostY]}
            tick={TICK}
            tickLine={false}
            axisLine={false}
            width={32}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: "var(--ink)", strokeOpacity: 0.5 }}
            content={({ active, payload }) => {
              const at: Moment | undefined = active ? payload?.[0]?.payload : undefined;
              return at ? <MomentReading at={at} areas={areas} limit={limit?.(at)} format={axis.format} /> : null;
            }}
          />
          {areas.map(({ key, label, color, read, isHatched }) => (
            <Area
              key={key}
              name={label}
              dataKey={read}
              type="stepAfter"
              stackId="areas"
              stroke={color}
              strokeWidth={1.5}
              fill={isHatched ? `url(#${hatchId})` : color}
              fillOpacity={isHatched ? 1 : 0.4}
              isAnimationActive={false}
              activeDot={false}
            />
          ))}
          {limit && (
            <Line
              name="Limit"
              dataKey={limit}
              type="stepAfter"
              stroke="var(--ink)"
              strokeWidth={1.5}
              strokeDasharray="5 4"
              dot={false}
              activeDot={false}
              isAnimationActive={false}
            />
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}
