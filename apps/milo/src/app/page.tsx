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
      <div className="space-y-4">
        <BotsNow />
        {/* Two columns of their own: a card is as tall as what is in it. */}
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,5fr)_minmax(0,8fr)]">
          <div className="grid min-w-0 gap-4">
            <AttentionCard />
            <QuickSend />
          </div>
          <div className="grid min-w-0 gap-4">
            <InfrastructureCard />
            <ActivityCard />
          </div>
        </div>
      </div>
    </Hydrated>
  );
}
