"use client";

import type { BotStatus } from "@milo/placement";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { useTRPC } from "../../_api/trpc.ts";
import { formatCount, formatNumber } from "../../_format/count.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Card } from "../../_ui/card.tsx";
import { classNames } from "../../_ui/class-names.ts";
import { BOT_STATUS_LOOKS } from "../../_ui/domain/bot-status-look.ts";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { TEXT_TONE } from "../../_ui/tone.ts";
import { QueryProblem } from "../query-problem.tsx";
import { shownCounts, totalOf } from "./status-counts.ts";

type StatusCounts = ApiOutputs["bots"]["getStatusCounts"];

/** How many bots are where in their life, and how those of the last day ended; each leads to their list. */
export function BotsNow() {
  const counts = useQuery(useTRPC().bots.getStatusCounts.queryOptions());
  const { data, error, isFetching } = counts;
  return (
    <Card title="Bots now" aside={data && <Badge>{formatCount(totalOf(data.live), "bot")} under way</Badge>}>
      {data !== undefined && <Groups counts={data} />}
      {data === undefined && !counts.isError && <Skeleton className="h-16 w-full" />}
      {data === undefined && counts.isError && (
        <QueryProblem error={error} onRetry={() => void counts.refetch()} isRetrying={isFetching} />
      )}
    </Card>
  );
}

function Groups({ counts }: { counts: StatusCounts }) {
  return (
    <div className="grid gap-x-6 gap-y-4 lg:grid-cols-[1fr_auto] lg:max-xl:gap-x-4 xl:grid-cols-[5fr_2fr]">
      <Group
        title="Bots under way"
        counts={shownCounts(counts.live)}
        columns="sm:grid-cols-4 lg:grid-cols-[repeat(7,auto)]"
      />
      <Group
        title="Bots that ended in the last 24 h"
        counts={counts.ended24h}
        columns="sm:grid-cols-[repeat(3,auto)]"
      />
    </div>
  );
}

function Group({ title, counts, columns }: { title: string; counts: StatusCounts["live"]; columns: string }) {
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1.5 font-medium text-quiet text-xs">{title}</h3>
      <ul className={classNames("grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line", columns)}>
        {counts.map(({ status, count }) => (
          <StatusCell key={status} status={status} count={count} />
        ))}
      </ul>
    </section>
  );
}

function StatusCell({ status, count }: { status: BotStatus; count: number }) {
  const { label, tone, icon: Icon } = BOT_STATUS_LOOKS[status];
  const isZero = count === 0;
  return (
    <li className="bg-card last:odd:max-sm:col-span-2">
      <Link
        href={`/bots?status=${status}`}
        prefetch={false}
        className={
          "flex h-full items-center justify-between gap-x-2 px-3 py-2 hover:bg-hover focus-visible:-outline-offset-2 lg:max-xl:px-2 " +
          "sm:flex-col sm:items-start"
        }
      >
        <span className="flex items-center gap-1.5 whitespace-nowrap text-quiet text-xs">
          <Icon aria-hidden className={classNames("size-3.5 shrink-0", isZero ? "text-quiet" : TEXT_TONE[tone])} />
          {label}
        </span>
        <span
          className={classNames(
            "font-semibold text-xl tabular-nums",
            isZero ? "text-quiet" : tone === "bad" ? "text-bad" : "text-ink",
          )}
        >
          {formatNumber(count)}
        </span>
      </Link>
    </li>
  );
}
