import { CirclePlay, CircleStop, CircleX, Send } from "lucide-react";
import { StatCard, StatRow } from "../../_ui/stat-card.tsx";
import type { PlatformStats } from "../_view/platform-state.ts";

/** One platform's row of four status cards. */
export function InfrastructureStats({ stats }: { stats: PlatformStats | undefined }) {
  return (
    <StatRow>
      <StatCard label="Starting" value={stats?.starting ?? "–"} icon={Send} tone="info" />
      <StatCard label="Running" value={stats?.running ?? "–"} icon={CirclePlay} tone="good" />
      <StatCard label="Stopping" value={stats?.stopping ?? "–"} icon={CircleStop} tone="wait" />
      <StatCard label="Failed, last 24 h" value={stats?.failed24h ?? "–"} icon={CircleX} tone="bad" />
    </StatRow>
  );
}
