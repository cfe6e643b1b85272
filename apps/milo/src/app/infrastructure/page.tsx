import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import type { Metadata } from "next";
import { Hydrated } from "../_live/hydrated.tsx";
import { prefetch } from "../_server/prefetch.ts";
import { InfrastructureTable } from "./_components/infrastructure-table.tsx";
import { PageHead } from "./_components/page-head.tsx";
import { QueueTable } from "./_components/queue-table.tsx";
import { FIRST_VIEW, toDeploymentQuery } from "./_view/deployment-view.ts";
import { toQueueQuery } from "./_view/queue-view.ts";
import { FIRST_SPAN, toUsageQuery } from "./_view/usage-points.ts";

export const metadata: Metadata = { title: "Infrastructure" };
export const dynamic = "force-dynamic";

/** Every platform with what it holds, and below them the queue. */
export default async function InfrastructurePage() {
  const page = await prefetch(({ infrastructure }) => [
    infrastructure.getActivePlatforms.queryOptions(),
    infrastructure.getPlatforms.queryOptions(),
    infrastructure.getStats.queryOptions(),
    infrastructure.getUsageHistory.queryOptions(toUsageQuery(FIRST_SPAN)),
    ...DEPLOYMENT_PLATFORMS.map((platform) =>
      infrastructure.getDeployments.queryOptions(toDeploymentQuery(platform, FIRST_VIEW)),
    ),
    infrastructure.getQueueStats.queryOptions(),
    infrastructure.getQueuedBots.queryOptions(toQueueQuery()),
  ]);
  return (
    <Hydrated page={page}>
      <PageHead />
      <div className="space-y-4">
        <InfrastructureTable />
        <QueueTable />
      </div>
    </Hydrated>
  );
}
