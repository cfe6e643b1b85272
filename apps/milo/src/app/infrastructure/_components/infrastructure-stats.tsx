import { OUTCOME_LOOKS, PHASE_LOOKS } from "../../_ui/domain/deployment-look.ts";
import { StatCard, StatRow } from "../../_ui/stat-card.tsx";
import type { PlatformStats } from "../_view/platform-state.ts";

const { STARTING, RUNNING, STOPPING } = PHASE_LOOKS;
const { failed } = OUTCOME_LOOKS;

/** One platform's row of four status cards. */
export function InfrastructureStats({ stats }: { stats: PlatformStats | undefined }) {
  return (
    <StatRow>
      <StatCard label={STARTING.label} value={stats?.starting ?? "–"} icon={STARTING.icon} tone={STARTING.tone} />
      <StatCard label={RUNNING.label} value={stats?.running ?? "–"} icon={RUNNING.icon} tone={RUNNING.tone} />
      <StatCard label={STOPPING.label} value={stats?.stopping ?? "–"} icon={STOPPING.icon} tone={STOPPING.tone} />
      <StatCard
        label="Failed attempts, last 24 h"
        value={stats?.failed24h ?? "–"}
        icon={failed.icon}
        tone={failed.tone}
      />
    </StatRow>
  );
}
