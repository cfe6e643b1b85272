import type { Metadata } from "next";
import { Hydrated } from "../_live/hydrated.tsx";
import { prefetch } from "../_server/prefetch.ts";
import { InfrastructureTable } from "./_components/infrastructure-table.tsx";
import { QueueTable } from "./_components/queue-table.tsx";
import { QUEUE_PAGE } from "./queue-page.ts";

export const metadata: Metadata = { title: "Infrastructure" };
export const dynamic = "force-dynamic";

export default async function InfrastructurePage() {
  const page = await prefetch(({ infrastructure }) => [
    infrastructure.getActivePlatforms.queryOptions(),
    infrastructure.getStats.queryOptions(),
    infrastructure.getQueueStats.queryOptions(),
    infrastructure.getQueuedBots.queryOptions(QUEUE_PAGE),
  ]);
  return (
    <Hydrated page={page}>
      <h1 className="mb-4 font-semibold text-2xl tracking-tight">Infrastructure</h1>
      <div className="space-y-6">
        <InfrastructureTable />
        <QueueTable />
      </div>
    </Hydrated>
  );
}
