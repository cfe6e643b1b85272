"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { formatBotId } from "../../_format/bot-id.ts";
import { formatCount } from "../../_format/count.ts";
import { useHold } from "../../_live/use-hold.ts";
import { Announcer } from "../../_ui/announcer.tsx";
import { Button } from "../../_ui/button.tsx";
import { Notice } from "../../_ui/notice.tsx";
import { Pagination } from "../../_ui/pagination.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { botPrint } from "../bots-hold.ts";
import { type BotsView, PAGE_SIZE, toListInput, writeBotsView } from "../bots-view.ts";
import { maskSearch } from "../search-text.ts";
import type { BotsViewState } from "../use-bots-view.ts";
import { BotsSelection } from "./bots-selection.tsx";
import { BotsTable } from "./bots-table.tsx";
import { HiddenSearch, NoBots } from "./no-bots.tsx";

const NONE: readonly ListedBot[] = [];
const IDENTITY = { keyOf: (bot: ListedBot) => bot.id, printOf: botPrint };

type Props = BotsViewState & {
  /** Shows a view by what goes with the one before, and gives the focus to the search. */
  showAndSearch: BotsViewState["show"];
  /** Opens the form by which bots are sent. */
  onCreate(): void;
};

/** One page of bots. While any are selected it stands still, and says how many have changed. */
export function BotsList({ view, show, showAndSearch, onCreate }: Props) {
  const query = useBots(view);
  const { data } = query;
  const latest = data?.bots ?? NONE;
  const [selected, select] = useSelection(writeBotsView(view));
  const hold = useHold(latest, selected.size > 0, IDENTITY);
  const { changes } = hold;

  if (toListInput(view) === null) {
    return <HiddenSearch onClear={() => showAndSearch({ search: "" })} />;
  }
  if (data === undefined) {
    if (query.isError) return <QueryProblem error={query.error} onRetry={() => void query.refetch()} />;
    return <SkeletonRows label="Loading bots" rows={8} />;
  }
  const chosen = hold.rows.filter((bot) => selected.has(bot.id));
  const current = new Map(latest.map((bot) => [bot.id, bot]));
  return (
    <div className="min-w-0 overflow-clip rounded-lg border bg-card shadow-flat">
      <BotsSelection
        bots={chosen.map((bot) => current.get(bot.id) ?? bot)}
        changes={changes}
        onShow={hold.show}
        onClear={() => select(new Set())}
      />
      {query.isError && (
        <div className="border-b p-3">
          <Notice
            tone="wait"
            title="These bots could not be read again"
            action={
              <Button size="sm" onClick={() => void query.refetch()} isBusy={query.isFetching}>
                Try again
              </Button>
            }
          >
            What you see is as it was read before.
          </Notice>
        </div>
      )}
      {hold.rows.length === 0 ? (
        <NoBots view={view} show={showAndSearch} goOn={data.nextBefore} onCreate={onCreate} />
      ) : (
        <BotsTable bots={hold.rows} selected={selected} onSelect={select} />
      )}
      <BotsPages view={view} show={show} data={data} shown={hold.rows} isBusy={query.isPlaceholderData} />
      <Announcer text={`${formatCount(hold.rows.length, "bot")} listed`} />
    </div>
  );
}

function useBots(view: BotsView) {
  const trpc = useTRPC();
  const input = toListInput(view);
  // An address is written into logs on its way; what a search may give away goes in the request's body.
  const isPrivate = maskSearch(view.search) !== view.search;
  return useQuery({
    ...trpc.bots.list.queryOptions(input ?? { limit: PAGE_SIZE }, { trpc: { context: { isPrivate } } }),
    enabled: input !== null,
    placeholderData: keepPreviousData,
  });
}

/** What is selected on a page of the list; on another page, nothing is. */
function useSelection(page: string): [ReadonlySet<number>, (ids: ReadonlySet<number>) => void] {
  const [selection, setSelection] = useState<{ page: string; ids: ReadonlySet<number> }>({ page, ids: new Set() });
  const ids = selection.page === page ? selection.ids : NOTHING;
  return [ids, (next) => setSelection({ page, ids: next })];
}
const NOTHING: ReadonlySet<number> = new Set();

type PagesProps = BotsViewState & {
  data: { nextBefore: number | null; nextAfter: number | null };
  shown: readonly ListedBot[];
  isBusy: boolean;
};

function BotsPages({ view, show, data: { nextBefore, nextAfter }, shown, isBusy }: PagesProps) {
  const isFirst = view.before === null && view.after === null;
  const newest = shown[0];
  const oldest = shown.at(-1);
  const newer = () => show(nextAfter === null ? {} : { after: nextAfter }, "push");
  return (
    <Pagination
      label="Pages of bots"
      isBusy={isBusy}
      onNewer={isFirst ? undefined : newer}
      onOlder={nextBefore === null ? undefined : () => show({ before: nextBefore }, "push")}
    >
      {newest !== undefined && oldest !== undefined
        ? `${formatCount(shown.length, "bot")}, ${formatBotId(newest.id)} to ${formatBotId(oldest.id)}`
        : "No bots"}
    </Pagination>
  );
}
