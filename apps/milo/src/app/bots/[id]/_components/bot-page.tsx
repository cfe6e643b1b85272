"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useTRPC } from "../../../_api/trpc.ts";
import { QueryProblem } from "../../../_components/query-problem.tsx";
import { StaleBanner } from "../../../_components/stale-banner.tsx";
import { formatBotId, nameBot } from "../../../_format/bot-id.ts";
import { MeetingPlatformName } from "../../../_ui/domain/meeting-platform-name.tsx";
import { StatusBadge } from "../../../_ui/domain/status-badge.tsx";
import { SkeletonRows } from "../../../_ui/skeleton.tsx";
import { recordInput } from "../../bot-id.ts";
import { BotActions } from "./bot-actions.tsx";
import { BotFacts } from "./bot-facts.tsx";
import { BotNow } from "./bot-now.tsx";
import { RawRecord } from "./raw-record.tsx";
import { Story } from "./story.tsx";

/** All that is known of one bot: where it is, what comes next, and how it came there. */
export function BotPage({ botId }: { botId: number }) {
  const trpc = useTRPC();
  const story = useQuery(trpc.bots.getTimeline.queryOptions({ botId }));
  const record = useQuery(trpc.bots.list.queryOptions(recordInput(botId))).data?.bots[0] ?? null;
  if (story.data === undefined) {
    if (!story.isError) return <SkeletonRows label={`Loading ${nameBot(botId, "within")}`} rows={8} />;
    return (
      <>
        <h1 className="mb-4 font-semibold text-2xl tracking-tight">{nameBot(botId)}</h1>
        <QueryProblem error={story.error} onRetry={() => void story.refetch()} isRetrying={story.isFetching} />
      </>
    );
  }
  const { bot, now, items, truncated } = story.data;
  return (
    <>
      <nav aria-label="Where this is" className="mb-1 flex items-center gap-1 text-quiet text-sm">
        <Link href="/bots" prefetch={false} className="underline-offset-2 hover:text-ink hover:underline">
          Bots
        </Link>
        <ChevronRight aria-hidden className="size-3.5" />
        <span className="tabular-nums">{formatBotId(bot.id)}</span>
      </nav>
      <div className="mb-4 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <h1 className="break-words font-semibold text-2xl tracking-tight">{bot.name}</h1>
          <p className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <StatusBadge status={now.status} />
            <MeetingPlatformName platform={bot.meetingPlatform} />
          </p>
        </div>
        <BotActions story={story.data} record={record} />
      </div>
      <div className="space-y-4">
        <StaleBanner />
        <BotNow story={story.data} />
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <Story items={items} now={now} isTruncated={truncated} />
          <BotFacts story={story.data} record={record} />
        </div>
        <RawRecord story={story.data} record={record} />
      </div>
    </>
  );
}
