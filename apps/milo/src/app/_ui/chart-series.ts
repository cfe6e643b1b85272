/** Colours a series may have: the deployment platforms and the meanings of state. */
export type ChartTone = "k8s" | "aws" | "coolify" | "good" | "wait" | "bad" | "info" | "quiet";

/** `area` and `bar` stack on one another, a `line` lies above them; `limit` is a dashed line that steps. */
export type ChartShape = "area" | "bar" | "line" | "limit";

export type ChartSeries<Key extends string = string> = { key: Key; label: string; tone: ChartTone; shape: ChartShape };

/** One moment or bucket; null = nothing is known of it, and the line has a gap. */
export type ChartPoint<Key extends string = string> = { atMs: number; values: Readonly<Record<Key, number | null>> };

export const CHART_COLORS: Readonly<Record<ChartTone, string>> = {
  k8s: "var(--k8s)",
  aws: "var(--aws)",
  coolify: "var(--coolify)",
  good: "var(--mark-good)",
  wait: "var(--mark-wait)",
  bad: "var(--mark-bad)",
  info: "var(--mark-info)",
  quiet: "var(--mark-quiet)",
};

/** Whether there is anything to draw. */
export function hasValues(points: readonly ChartPoint[]): boolean {
  return points.some((point) => Object.values(point.values).some((value) => value !== null));
}
