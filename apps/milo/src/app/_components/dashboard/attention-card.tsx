"use client";

import { useQuery } from "@tanstack/react-query";
import { ArrowRight, ChevronRight, CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from "lucide-react";
import Link from "next/link";
import type { ApiOutputs } from "../../_api/outputs.ts";
import { useTRPC } from "../../_api/trpc.ts";
import { formatNumber } from "../../_format/count.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Card } from "../../_ui/card.tsx";
import { EmptyState } from "../../_ui/empty-state.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { TEXT_TONE, type Tone } from "../../_ui/tone.ts";
import { QueryProblem } from "../query-problem.tsx";
import { describeItems, nameAction } from "./attention-words.ts";

type Item = ApiOutputs["infrastructure"]["getAttention"]["items"][number];

const LOOKS: Readonly<Record<Item["severity"], { label: string; tone: Tone; icon: LucideIcon }>> = {
  critical: { label: "Critical", tone: "bad", icon: CircleAlert },
  warning: { label: "Warning", tone: "wait", icon: TriangleAlert },
  info: { label: "Note", tone: "info", icon: Info },
};

/** What needs a person, the worst first, each with the way to the place where to act. */
export function AttentionCard() {
  const attention = useQuery(useTRPC().infrastructure.getAttention.queryOptions());
  const { data, error, isFetching } = attention;
  const worst = data?.items[0];
  const count = worst && <Badge tone={LOOKS[worst.severity].tone}>{formatNumber(data.items.length)}</Badge>;
  return (
    <Card title="Needs attention" aside={count} isFlush>
      <span role="status" className="sr-only">
        {data && describeItems(data.items)}
      </span>
      {data !== undefined && <Items items={data.items} />}
      {data === undefined && !attention.isError && <SkeletonRows label="Reading what needs attention" rows={3} />}
      {data === undefined && attention.isError && (
        <QueryProblem error={error} onRetry={() => void attention.refetch()} isRetrying={isFetching} />
      )}
    </Card>
  );
}

function Items({ items }: { items: readonly Item[] }) {
  if (items.length === 0) {
    return (
      <EmptyState icon={CircleCheck} title="All is well">
        Platforms are healthy, launches go through, and no wait is about to end in vain.
      </EmptyState>
    );
  }
  return (
    <ul className="max-h-72 divide-y overflow-y-auto">
      {items.map((item) => (
        <AttentionItem key={`${item.kind} ${item.platform} ${item.href}`} item={item} />
      ))}
    </ul>
  );
}

function AttentionItem({ item }: { item: Item }) {
  const { label, tone, icon: Icon } = LOOKS[item.severity];
  return (
    <li className="flex gap-3 px-4 py-3">
      <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${TEXT_TONE[tone]}`} />
      <div className="min-w-0 flex-1 text-sm">
        <p className="break-words">
          <span className="sr-only">{label}: </span>
          {item.text}
        </p>
        {item.detail !== null && (
          <details className="group mt-1 text-quiet text-xs">
            <summary className="inline-flex cursor-pointer items-center gap-1 rounded-sm hover:text-ink">
              <ChevronRight aria-hidden className="size-3 transition-transform group-open:rotate-90" />
              What was said
            </summary>
            <p className="mt-1 break-words rounded-md bg-sunken px-2 py-1.5 font-mono text-2xs">{item.detail}</p>
          </details>
        )}
        <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-quiet text-xs">
          {item.sinceMs !== null && (
            <span>
              since <TimeAgo at={item.sinceMs} />
            </span>
          )}
          <Link
            href={item.href}
            prefetch={false}
            className="inline-flex items-center gap-1 font-medium text-accent hover:underline"
          >
            {nameAction(item)}
            <ArrowRight aria-hidden className="size-3" />
          </Link>
        </p>
      </div>
    </li>
  );
}
