import type { DeploymentPlatform } from "@milo/placement";
import { formatDuration } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import type { ChartPoint } from "../../_ui/chart-series.ts";

export type UsageHistory = ApiOutputs["infrastructure"]["getUsageHistory"];

/** The spans that can be looked back over, milliseconds. */
export const SPANS = [
  { value: "1h", label: "1 h", ms: 3_600_000 },
  { value: "6h", label: "6 h", ms: 21_600_000 },
  { value: "24h", label: "24 h", ms: 86_400_000 },
] as const;
export type Span = (typeof SPANS)[number]["value"];
export const FIRST_SPAN: Span = "6h";

/** The question to the server for a span. */
export function toUsageQuery(span: Span): { windowMs: number } {
  return { windowMs: SPANS.find(({ value }) => value === span)?.ms ?? SPANS[1].ms };
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
