import { CHART_COLORS, type ChartSeries } from "./chart-series.ts";

/** What each colour and shape of a chart stands for, in words. */
export function ChartLegend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 text-quiet text-xs">
      {series.map((one) => (
        <li key={one.key} className="flex items-center gap-1.5">
          <ChartKey series={one} />
          {one.label}
        </li>
      ))}
    </ul>
  );
}

/** A series' own mark, small: a block, a line or a dashed line. */
export function ChartKey({ series }: { series: ChartSeries }) {
  const color = CHART_COLORS[series.tone];
  if (series.shape === "area" || series.shape === "bar") {
    return <span aria-hidden className="size-2.5 rounded-sm" style={{ background: color }} />;
  }
  const borderTop = `2px ${series.shape === "limit" ? "dashed" : "solid"} ${color}`;
  return <span aria-hidden className="w-4" style={{ borderTop }} />;
}
