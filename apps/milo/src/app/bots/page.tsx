import type { Metadata } from "next";
import { Hydrated } from "../_live/hydrated.tsx";
import { prefetch } from "../_server/prefetch.ts";
import { BotsPage } from "./_components/bots-page.tsx";
import { readBotsView, toListInput } from "./bots-view.ts";

export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Bots" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function Page({ searchParams }: Props) {
  const asked = await searchParams;
  const get = (name: string) => [asked[name]].flat()[0] ?? null;
  const input = toListInput(readBotsView({ get }));
  const page = await prefetch(({ bots }) => [
    bots.getStatusCounts.queryOptions(),
    ...(input === null ? [] : [bots.list.queryOptions(input)]),
  ]);
  return (
    <Hydrated page={page}>
      <BotsPage />
    </Hydrated>
  );
}
