import { formatNumber } from "../../_format/count.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { ChartKey } from "../../_ui/chart-legend.tsx";
import type { ChartPoint, ChartSeries } from "../../_ui/chart-series.ts";

type Props = { series: readonly ChartSeries[]; point: ChartPoint; bucketMs: number };

/** What happened in the hour that is pointed at. */
export function ActivityReading({ series, point, bucketMs }: Props) {
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
