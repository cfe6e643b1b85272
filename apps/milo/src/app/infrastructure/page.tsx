import { DEPLOYMENT_PLATFORMS } from "@milo/placement";
import type { Metadata } from "next";
import { Hydrated } from "../_live/hydrated.tsx";
import { prefetch } from "../_server/prefetch.ts";
import { DispatcherNotice } from "./_components/dispatcher-notice.tsx";
import { InfrastructureTable } from "./_components/infrastructure-table.tsx";
import { PageHead } from "./_components/page-head.tsx";
import { QueueTable } from "./_components/queue-table.tsx";
import { readDeploymentPlace } from "./_view/deployment-address.ts";
import { toDeploymentQuery } from "./_view/deployment-view.ts";
import { toQueueQuery } from "./_view/queue-view.ts";
import { FIRST_SPAN, toUsageQuery } from "./_view/usage-points.ts";

export const metadata: Metadata = { title: "Infrastructure" };
export const dynamic = "force-dynamic";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Every platform with what it holds, and below them the queue. */
export default async function InfrastructurePage({ searchParams }: Props) {
  const params = toParams(await searchParams);
  const page = await prefetch(({ infrastructure }) => [
    infrastructure.getActivePlatforms.queryOptions(),
    infrastructure.getPlatforms.queryOptions(),
    infrastructure.getStats.queryOptions(),
    infrastructure.getAttention.queryOptions(),
    infrastructure.getUsageHistory.queryOptions(toUsageQuery(FIRST_SPAN)),
    ...DEPLOYMENT_PLATFORMS.map((platform) => {
      const { view, page: mark } = readDeploymentPlace(params, platform);
      return infrastructure.getDeployments.queryOptions(toDeploymentQuery(platform, view, mark?.cursor ?? null));
    }),
    infrastructure.getQueueStats.queryOptions(),
    infrastructure.getQueuedBots.queryOptions(toQueueQuery()),
  ]);
  return (
    <Hydrated page={page}>
      <PageHead />
      <DispatcherNotice />
      <div className="space-y-4">
        <InfrastructureTable />
        <QueueTable />
      </div>
    </Hydrated>
  );
}

function toParams(given: Awaited<Props["searchParams"]>): URLSearchParams {
  return new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
}
