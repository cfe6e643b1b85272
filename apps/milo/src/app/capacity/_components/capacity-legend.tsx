import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { CHART_COLORS } from "../../_ui/chart-series.ts";

const HATCH = `repeating-linear-gradient(135deg, ${CHART_COLORS.wait} 0 2px, transparent 2px 4px)`;

/** What colours, hatching and lines of the charts stand for. */
export function CapacityLegend({ platforms }: { platforms: readonly DeploymentPlatform[] }) {
  return (
    <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-quiet text-xs">
      {platforms.map((platform) => (
        <li key={platform} className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-sm" style={{ background: CHART_COLORS[platform] }} />
          {PLATFORM_LABELS[platform]}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-sm border border-wait" style={{ background: HATCH }} />
        Waiting for a slot
      </li>
      <li className="flex items-center gap-1.5">
        <span className="w-4 border-ink border-t-2 border-dashed" />
        Limit
      </li>
      <li className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-sm bg-wait-line" />
        At its limit
      </li>
    </ul>
  );
}
