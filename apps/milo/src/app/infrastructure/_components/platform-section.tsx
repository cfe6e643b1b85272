"use client";

import { formatDuration } from "@milo/placement";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { useNoDispatcher } from "../../_components/use-no-dispatcher.ts";
import { formatPlatformTitle } from "../../_format/capacity.ts";
import { CollapsibleSection } from "../../_ui/collapsible-section.tsx";
import { BreakerBadge } from "../../_ui/domain/breaker-badge.tsx";
import { CapacityBar } from "../../_ui/domain/capacity-bar.tsx";
import { HealthBadge } from "../../_ui/domain/health-badge.tsx";
import { ModeBadge } from "../../_ui/domain/mode-badge.tsx";
import { PlatformIcon } from "../../_ui/domain/platform-icon.tsx";
import { describePlatformState, type PlatformInfo, type PlatformStats } from "../_view/platform-state.ts";
import type { Span } from "../_view/usage-points.ts";
import { DeploymentsTable } from "./deployments-table.tsx";
import { InfrastructureStats } from "./infrastructure-stats.tsx";
import { MassStopNotice } from "./mass-stop-notice.tsx";
import { PlatformActions } from "./platform-actions.tsx";
import { PlatformState } from "./platform-state.tsx";
import { UsageChart } from "./usage-chart.tsx";

type Props = {
  capacity: ApiOutputs["infrastructure"]["getActivePlatforms"][number];
  /** Mode and breaker; undefined while they cannot be read. */
  info: PlatformInfo | undefined;
  stats: PlatformStats | undefined;
  span: Span;
  onSpanChange(span: Span): void;
};

/** One platform: what it holds and whether it takes more, and below that who is on it. */
export function PlatformSection({ capacity, info, stats, span, onSpanChange }: Props) {
  const { platform, used, limit, isHealthy, queueTimeout } = capacity;
  const isChecked = useNoDispatcher() === null;
  const lines = info === undefined ? [] : describePlatformState(info, { isHealthy, isChecked });
  const breaker = info?.breaker.state ?? "closed";
  return (
    <div id={platform}>
      <CollapsibleSection
        storageKey={`platform:${platform}`}
        title={formatPlatformTitle(capacity)}
        icon={<PlatformIcon platform={platform} />}
        aside={
          <>
            <div className="min-w-40 max-w-96 flex-1">
              <CapacityBar platform={platform} used={used} limit={limit} mode={info?.mode} />
            </div>
            <div className="flex flex-wrap items-center gap-2">
              <HealthBadge isHealthy={isHealthy} isChecked={isChecked} />
              {/* One that fails takes no bots though its mode would let it: the badge would say the opposite. */}
              {info !== undefined && (info.mode !== "enabled" || (isHealthy && breaker === "closed")) && (
                <ModeBadge mode={info.mode} />
              )}
              {breaker !== "closed" && <BreakerBadge state={breaker} />}
              <span className="text-quiet text-xs">
                {queueTimeout === 0 ? "not waited for" : `waited for up to ${formatDuration(queueTimeout)}`}
              </span>
            </div>
            {lines.length > 0 && <PlatformState lines={lines} />}
          </>
        }
        actions={<PlatformActions platform={platform} info={info} stats={stats} />}
      >
        <div className="space-y-4 p-4">
          {info?.massStop && <MassStopNotice platform={platform} massStop={info.massStop} />}
          <InfrastructureStats stats={stats} />
          <UsageChart platform={platform} span={span} onSpanChange={onSpanChange} />
        </div>
        <DeploymentsTable platform={platform} />
      </CollapsibleSection>
    </div>
  );
}
