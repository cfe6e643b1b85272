import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { formatCount, formatList } from "../../_format/count.ts";
import type { ChartPoint, ChartSeries } from "../../_ui/chart-series.ts";

type Activity = ApiOutputs["infrastructure"]["getActivity"];

/** Launches by platform, and of all platforms together those that failed before their bot had started. */
export type ActivityChart = {
  launched: ChartSeries[];
  failed: ChartSeries;
  points: ChartPoint[];
  isEmpty: boolean;
  summary: string;
};

const FAILED: ChartSeries = { key: "failed", label: "Failed to start", tone: "bad", shape: "bar" };

/** What is drawn of launches by the hour, and the sentence that says it. */
export function chartActivity({ points }: Activity): ActivityChart {
  const platforms = points.at(-1)?.platforms.map(({ platform }) => platform) ?? [];
  const series = platforms.map(
    (platform): ChartSeries => ({ key: platform, label: PLATFORM_LABELS[platform], tone: platform, shape: "bar" }),
  );
  const drawn = points.map((point) => ({
    atMs: point.atMs,
    values: {
      ...Object.fromEntries(point.platforms.map(({ platform, launched }) => [platform, launched])),
      failed: sum(point.platforms.map(({ failed }) => failed)),
    },
  }));
  const totals = platforms.map((platform) => ({ platform, ...totalOf(points, platform) }));
  const launched = sum(totals.map((total) => total.launched));
  const failed = sum(totals.map((total) => total.failed));
  return {
    launched: series,
    failed: FAILED,
    points: drawn,
    isEmpty: launched === 0 && failed === 0,
    summary: summarise(totals, launched, failed),
  };
}

type Total = { platform: DeploymentPlatform; launched: number; failed: number };

function totalOf(points: Activity["points"], platform: DeploymentPlatform): { launched: number; failed: number } {
  const own = points.flatMap((point) => point.platforms.filter((one) => one.platform === platform));
  return { launched: sum(own.map((one) => one.launched)), failed: sum(own.map((one) => one.failed)) };
}

/** `231 launches, failed to start 9 times on K8s and 3 times on AWS` */
function summarise(totals: readonly Total[], launched: number, failed: number): string {
  const launches = formatCount(launched, "launch", "launches");
  if (failed === 0) return `${launches}, none failed to start`;
  const where = totals.filter((total) => total.failed > 0);
  const parts = where.map((total) => `${formatCount(total.failed, "time")} on ${PLATFORM_LABELS[total.platform]}`);
  return `${launches}, failed to start ${formatList(parts)}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
