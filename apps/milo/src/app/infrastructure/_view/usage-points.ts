import { type DeploymentPlatform, formatDuration } from "@milo/placement";
import type { UsageHistory } from "../../_components/usage/moments.ts";
import { findSpan, type SpanValue } from "../../_components/usage/spans.ts";
import type { ChartPoint } from "../../_ui/chart-series.ts";

/** The span that is looked back over. */
export type Span = SpanValue;
export const FIRST_SPAN: Span = "6h";

/** The question to the server for a span. */
export function toUsageQuery(span: Span): { windowMs: number } {
  return { windowMs: findSpan(span).windowMs };
}

/** One platform's part of the history. */
export function toUsagePoints({ points }: UsageHistory, platform: DeploymentPlatform): ChartPoint<"used" | "limit">[] {
  return points.map(({ atMs, platforms }) => {
    const part = platforms.find((one) => one.platform === platform);
    return { atMs, values: { used: part?.used ?? null, limit: part?.limit ?? null } };
  });
}

/** The chart in a sentence, for who cannot see it. */
export function summariseUsage(points: readonly ChartPoint<"used" | "limit">[]): string {
  const known = points.flatMap(({ values }) => (values.used === null ? [] : [values.used]));
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || known.length === 0) return "Nothing is known of that time.";
  const over = formatDuration(last.atMs - first.atMs);
  const limit = last.values.limit === null ? "" : ` of ${last.values.limit}`;
  return `Over the last ${over}: now ${last.values.used ?? "unknown"}${limit}, most ${Math.max(...known)}.`;
}
