import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { nameBot } from "../../_format/bot-id.ts";
import { Hydrated } from "../../_live/hydrated.tsx";
import { prefetch } from "../../_server/prefetch.ts";
import { readBotId, recordInput } from "../bot-id.ts";
import { BotPage } from "./_components/bot-page.tsx";

export const dynamic = "force-dynamic";

type Props = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const botId = readBotId((await params).id);
  return { title: botId === null ? "No such bot" : nameBot(botId) };
}

export default async function Page({ params }: Props) {
  const botId = readBotId((await params).id);
  if (botId === null) notFound();
  const page = await prefetch(({ bots }) => [
    bots.getTimeline.queryOptions({ botId }),
    bots.list.queryOptions(recordInput(botId)),
  ]);
  if (page.failures.includes("NOT_FOUND")) notFound();
  return (
    <Hydrated page={page}>
      <BotPage botId={botId} />
    </Hydrated>
  );
}
