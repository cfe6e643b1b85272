"use client";

import { formatTimeOfDay } from "../_format/time.ts";
import { ChartDrawing } from "./chart-drawing.tsx";
import { ChartFrame, type ChartFrameProps } from "./chart-frame.tsx";
import { type ChartPoint, type ChartSeries, hasValues } from "./chart-series.ts";
import { ChartTable } from "./chart-table.tsx";
import { useIsHydrated } from "./now-provider.tsx";

type Props<Key extends string> = ChartFrameProps & {
  /** In the order in which they stack, the lowest first. */
  series: readonly ChartSeries<Key>[];
  /** Oldest first, evenly spaced. */
  points: readonly ChartPoint<Key>[];
  /** What to say while there is nothing to draw. */
  empty: { title: string; text: string };
  heightPx?: number;
};

const HEIGHT_PX = 180;
const formatTime = (atMs: number) => formatTimeOfDay(atMs);

/** Numbers over time, in the viewer's zone: stacked areas or bars, lines, and limits as dashed steps. */
export function TimeChart<Key extends string>({ series, points, empty, heightPx = HEIGHT_PX, ...frame }: Props<Key>) {
  // The server knows neither the width nor the zone: it keeps the place.
  const isHydrated = useIsHydrated();
  return (
    <ChartFrame
      {...frame}
      series={series}
      empty={hasValues(points) ? null : empty}
      table={() => <ChartTable label={frame.title} series={series} points={points} formatTime={formatTime} />}
    >
      {isHydrated ? (
        <ChartDrawing series={series} points={points} heightPx={heightPx} formatTime={formatTime} />
      ) : (
        <div style={{ height: heightPx }} />
      )}
    </ChartFrame>
  );
}
