import type { Metadata } from "next";
import { AutoRefresh } from "../_components/auto-refresh.tsx";
import { ReadProblem } from "../_components/read-problem.tsx";
import { readInfrastructure } from "../_server/read-infrastructure.ts";
import { InfrastructureTable } from "./_components/infrastructure-table.tsx";
import { QueueTable } from "./_components/queue-table.tsx";

export const metadata: Metadata = { title: "Infrastructure" };
export const dynamic = "force-dynamic";

export default async function InfrastructurePage() {
  const reading = await readInfrastructure();
  return (
    <>
      <AutoRefresh />
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">Infrastructure</h1>
      {reading.ok ? (
        <div className="space-y-6">
          <InfrastructureTable platforms={reading.value.platforms} stats={reading.value.stats} />
          <QueueTable queued={reading.value.queued} total={reading.value.queue.total} nowMs={reading.value.readAtMs} />
        </div>
      ) : (
        <ReadProblem />
      )}
    </>
  );
}
