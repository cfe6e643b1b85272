import { CHART_COLORS } from "../../_ui/chart-series.ts";
import type { StepArea } from "./moment-reading.tsx";

const HATCH = `repeating-linear-gradient(135deg, ${CHART_COLORS.wait} 0 2px, transparent 2px 4px)`;

/** What colours, hatching and lines of the drawings stand for. `hasGaps`: of some of the time nothing is known. */
export function UsageLegend({ areas, hasGaps }: { areas: readonly StepArea[]; hasGaps: boolean }) {
  return (
    <ul className="mb-2 flex flex-wrap gap-x-4 gap-y-1 text-quiet text-xs">
      {areas.map(({ key, label, color, isHatched }) => (
        <li key={key} className="flex items-center gap-1.5">
          {isHatched ? (
            <span className="size-2.5 rounded-sm border border-wait" style={{ background: HATCH }} />
          ) : (
            <span className="size-2.5 rounded-sm" style={{ background: color }} />
          )}
          {label}
        </li>
      ))}
      <li className="flex items-center gap-1.5">
        <span className="w-4 border-ink border-t-2 border-dashed" />
        Limit
      </li>
      <li className="flex items-center gap-1.5">
        <span className="size-2.5 rounded-sm bg-wait-line" />
        At its limit
      </li>
      {hasGaps && (
        <li className="flex items-center gap-1.5">
          <span className="size-2.5 rounded-sm border bg-sunken" />
          Not known
        </li>
      )}
    </ul>
  );
}
