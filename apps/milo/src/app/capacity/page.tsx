import type { Metadata } from "next";
import { StaleBanner } from "../_components/stale-banner.tsx";
import { Hydrated } from "../_live/hydrated.tsx";
import { prefetch } from "../_server/prefetch.ts";
import { CapacityView } from "./_components/capacity-view.tsx";
import { readSpan } from "./span.ts";

export const metadata: Metadata = { title: "Capacity" };
export const dynamic = "force-dynamic";

type Props = { searchParams: Promise<{ span?: string | string[] }> };

export default async function CapacityPage({ searchParams }: Props) {
  const { windowMs } = readSpan((await searchParams).span);
  const page = await prefetch(({ infrastructure }) => [
    infrastructure.getUsageHistory.queryOptions({ windowMs }),
    infrastructure.getPlatforms.queryOptions(),
  ]);
  return (
    <Hydrated page={page}>
      <h1 className="mb-1 font-semibold text-2xl tracking-tight">Capacity</h1>
      <p className="mb-4 text-quiet text-sm">
        What each platform held against its limit, and how many bots waited meanwhile.
      </p>
      <StaleBanner />
      <CapacityView />
    </Hydrated>
  );
}
