import { AutoRefresh } from "./_components/auto-refresh.tsx";
import { InfrastructureCard } from "./_components/infrastructure-card.tsx";
import { ReadProblem } from "./_components/read-problem.tsx";
import { readOverview } from "./_server/read-overview.ts";

export const dynamic = "force-dynamic";

export default async function DashboardPage() {
  const reading = await readOverview();
  return (
    <>
      <AutoRefresh />
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">Dashboard</h1>
      {reading.ok ? <InfrastructureCard overview={reading.value} /> : <ReadProblem />}
    </>
  );
}
