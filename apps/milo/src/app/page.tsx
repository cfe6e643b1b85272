import { InfrastructureCard } from "./_components/infrastructure-card.tsx";
import { Hydrated } from "./_live/hydrated.tsx";
import { prefetch } from "./_server/prefetch.ts";

export const dynamic = "force-dynamic";

export default async function DashboardPage() {
  const page = await prefetch(({ infrastructure }) => [
    infrastructure.getActivePlatforms.queryOptions(),
    infrastructure.getQueueStats.queryOptions(),
  ]);
  return (
    <Hydrated page={page}>
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">Dashboard</h1>
      <InfrastructureCard />
    </Hydrated>
  );
}
