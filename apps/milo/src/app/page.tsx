import type { Metadata } from "next";
import { ActivityCard } from "./_components/dashboard/activity-card.tsx";
import { AttentionCard } from "./_components/dashboard/attention-card.tsx";
import { BotsNow } from "./_components/dashboard/bots-now.tsx";
import { QuickSend } from "./_components/dashboard/quick-send.tsx";
import { InfrastructureCard } from "./_components/infrastructure-card.tsx";
import { StaleBanner } from "./_components/stale-banner.tsx";
import { Hydrated } from "./_live/hydrated.tsx";
import { prefetch } from "./_server/prefetch.ts";

export const metadata: Metadata = { title: { absolute: "Dashboard · milo" } };
export const dynamic = "force-dynamic";

export default async function DashboardPage() {
  const page = await prefetch(({ bots, infrastructure }) => [
    bots.getStatusCounts.queryOptions(),
    infrastructure.getActivePlatforms.queryOptions(),
    infrastructure.getPlatforms.queryOptions(),
    infrastructure.getQueueStats.queryOptions(),
    infrastructure.getAttention.queryOptions(),
    infrastructure.getActivity.queryOptions(),
  ]);
  return (
    <Hydrated page={page}>
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">Dashboard</h1>
      <StaleBanner />
      <div className="grid gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]">
        <div className="grid lg:col-span-2">
          <BotsNow />
        </div>
        <div className="grid lg:row-span-2">
          <AttentionCard />
        </div>
        <InfrastructureCard />
        <div className="grid lg:row-span-2">
          <ActivityCard />
        </div>
        <QuickSend />
      </div>
    </Hydrated>
  );
}
