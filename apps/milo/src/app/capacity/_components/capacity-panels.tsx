"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { useQuery } from "@tanstack/react-query";
import { Hourglass, Layers } from "lucide-react";
import { useTRPC } from "../../_api/trpc.ts";
import { highestOf, isAtLimit, type Moment } from "../../_components/usage/moments.ts";
import type { Span } from "../../_components/usage/spans.ts";
import { StepDrawing } from "../../_components/usage/step-drawing.tsx";
import { describeFull, describeGaps, describeWaiting, findStretches } from "../../_components/usage/stretches.ts";
import { makeValueTicks } from "../../_components/usage/ticks.ts";
import { UsageLegend } from "../../_components/usage/usage-legend.tsx";
import { useTimeAxis } from "../../_components/usage/use-time-axis.ts";
import { formatPlatformTitle, formatQueueTitle } from "../../_format/capacity.ts";
import { Badge } from "../../_ui/badge.tsx";
import { CHART_COLORS } from "../../_ui/chart-series.ts";
import { ModeBadge } from "../../_ui/domain/mode-badge.tsx";
import { PlatformIcon } from "../../_ui/domain/platform-icon.tsx";
import { CapacityPanel } from "./capacity-panel.tsx";

type Props = { moments: readonly Moment[]; platforms: readonly DeploymentPlatform[]; span: Span; endMs: number };

const TALL_PX = 200;
const LOW_PX = 92;
const WAITING = { key: "waiting", label: "Waiting", color: CHART_COLORS.wait, read: (at: Moment) => at.waiting };

/** One chart of everything, then one for each platform and the queue, below one another by time. */
export function CapacityPanels({ moments, platforms, span, endMs }: Props) {
  const modes = useQuery(useTRPC().infrastructure.getPlatforms.queryOptions());
  const axis = useTimeAxis(span, endMs);
  const last = moments.at(-1);
  const gaps = findStretches(moments, ({ waiting }) => waiting === null);
  const shared = { moments, axis, gaps, group: "capacity" };
  const demand = [...platforms.map(usedOn), { ...WAITING, label: "Waiting for a slot", isHatched: true }];
  const total = sumOf(last?.used ?? {});
  return (
    <div className="space-y-5">
      <CapacityPanel
        title={`All platforms (${total}/${last?.limit ?? 0})`}
        icon={<Layers aria-hidden className="size-4 shrink-0 text-quiet" />}
        words={describeGaps(gaps, moments[0]?.atMs, endMs)}
      >
        <UsageLegend areas={demand} hasGaps={gaps.length > 0} />
        <StepDrawing
          {...shared}
          name="Use of all platforms over time"
          heightPx={TALL_PX}
          areas={demand}
          limit={(at) => at.limit}
          ticksY={makeValueTicks(highestOf(moments.map(demandAt)), last?.limit ?? 0)}
          hasTimes
        />
      </CapacityPanel>
      {platforms.map((platform) => {
        const full = findStretches(moments, (at) => isAtLimit(at.used[platform], at.limits[platform]));
        const used = last?.used[platform] ?? 0;
        const limit = last?.limits[platform] ?? 0;
        const isNow = isAtLimit(used, limit);
        const mode = modes.data?.find((one) => one.platform === platform)?.mode ?? "enabled";
        return (
          <CapacityPanel
            key={platform}
            title={formatPlatformTitle({ platform, used, limit })}
            icon={<PlatformIcon platform={platform} />}
            badges={
              <>
                {isNow && <Badge tone="wait">Full</Badge>}
                {mode !== "enabled" && <ModeBadge mode={mode} />}
              </>
            }
            words={describeFull(full, { label: span.label, gaps, isNow })}
          >
            <StepDrawing
              {...shared}
              name={`${PLATFORM_LABELS[platform]} over time`}
              heightPx={LOW_PX}
              areas={[usedOn(platform)]}
              limit={(at) => at.limits[platform] ?? null}
              full={full}
              ticksY={makeValueTicks(highestOf(moments.map((at) => at.used[platform])), limit)}
            />
          </CapacityPanel>
        );
      })}
      <CapacityPanel
        title={last !== undefined && (last.waiting ?? 0) > 0 ? formatQueueTitle(last.waiting ?? 0) : "Queue"}
        icon={<Hourglass aria-hidden className="size-4 shrink-0 text-wait" />}
        words={describeWaiting(moments, { label: span.label, gaps })}
      >
        <StepDrawing
          {...shared}
          name="Waiting bots over time"
          heightPx={LOW_PX}
          areas={[WAITING]}
          ticksY={makeValueTicks(highestOf(moments.map((at) => at.waiting)), 0)}
          hasTimes
        />
      </CapacityPanel>
    </div>
  );
}

function usedOn(platform: DeploymentPlatform) {
  const read = (at: Moment) => at.used[platform] ?? null;
  return { key: platform, label: PLATFORM_LABELS[platform], color: CHART_COLORS[platform], read };
}

/** What is used and what waits, together. */
function demandAt({ used, waiting }: Moment): number {
  return sumOf(used) + (waiting ?? 0);
}

function sumOf(used: Moment["used"]): number {
  return Object.values(used).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
