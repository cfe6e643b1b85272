"use client";

import { queueCan } from "@milo/placement";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type RowSelectionState, useTable } from "@tanstack/react-table";
import { ArrowUpDown, X } from "lucide-react";
import { useMemo, useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { formatQueueTitle } from "../../_format/capacity.ts";
import { formatCount } from "../../_format/count.ts";
import { useHold } from "../../_live/use-hold.ts";
import { Announcer } from "../../_ui/announcer.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { Elapsed } from "../../_ui/duration.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { judgeBulk, type QueueAction, whyNotQueued } from "../_view/queue-fate.ts";
import { placesBeside, type QueuedBot, type QueuePlace, queuePrint, toQueueQuery } from "../_view/queue-view.ts";
import { CancelDialog } from "./cancel-dialog.tsx";
import { ChangesButton } from "./changes-button.tsx";
import { DataTable } from "./data-table.tsx";
import { EmptyQueue } from "./empty-queue.tsx";
import { PriorityDialog } from "./priority-dialog.tsx";
import { makeQueueColumns, QUEUE_LOOKS } from "./queue-columns.tsx";
import { QueueFates } from "./queue-fates.ts";
import { QueuePages } from "./queue-pages.tsx";
import { FEATURES } from "./table-features.ts";
import { useQueueFates } from "./use-queue-fates.ts";

/** What is asked, of which bots. */
type Asked = { what: "cancel" | "priority"; bots: readonly QueuedBot[] } | null;

const NONE: readonly QueuedBot[] = [];
const IDENTITY = { keyOf: ({ id }: QueuedBot) => id, printOf: queuePrint };

/** Every waiting bot with its place, why it waits, and how long it has and will; a page of them at a time. */
export function QueueTable() {
  const trpc = useTRPC();
  const [place, setPlace] = useState<QueuePlace>({});
  const [selection, setSelection] = useState<RowSelectionState>({});
  const [asked, setAsked] = useState<Asked>(null);
  const stats = useQuery(trpc.infrastructure.getQueueStats.queryOptions());
  const page = useQuery({
    ...trpc.infrastructure.getQueuedBots.queryOptions(toQueueQuery(place)),
    placeholderData: keepPreviousData,
  });
  const latest = page.data ?? NONE;
  const isHeld = Object.keys(selection).length > 0 || asked !== null;
  const hold = useHold(latest, isHeld, IDENTITY);
  const fateOf = useQueueFates(hold.rows, latest);
  const whyNot = (can: QueueAction, bot: QueuedBot) => whyNotQueued(can, fateOf(bot));
  const table = useQueueTable(hold.rows, selection, setSelection, setAsked);
  const selected = hold.rows.filter(({ id }) => selection[id]);
  const total = stats.data?.total ?? latest.length;
  const toChange = judgeBulk(selected, (bot) => whyNot(queueCan.setPriority, bot));
  const toCancel = judgeBulk(selected, (bot) => whyNot(queueCan.cancel, bot));
  const go = (to: QueuePlace) => {
    setSelection({});
    setPlace(to);
  };
  const close = (isDone: boolean) => {
    setAsked(null);
    if (isDone) setSelection({});
  };
  return (
    <div id="queue">
      <Announcer text={total === 0 ? "The queue is empty" : `${formatCount(total, "bot")} waiting`} />
      <Announcer text={selected.length === 0 ? "" : `${formatCount(selected.length, "bot")} selected`} />
      <Card
        title={total === 0 ? "Queue" : formatQueueTitle(total)}
        aside={
          stats.data?.oldest && (
            <span className="text-quiet text-sm">
              longest for <Elapsed since={stats.data.oldest} />
            </span>
          )
        }
        isFlush
        actions={
          <>
            <ChangesButton
              changes={hold.changes}
              onShow={() => {
                const ids = new Set(latest.map(({ id }) => String(id)));
                setSelection(Object.fromEntries(Object.entries(selection).filter(([id]) => ids.has(id))));
                hold.show();
              }}
            />
            <Button
              size="sm"
              icon={<ArrowUpDown aria-hidden />}
              disabledReason={toChange.whyNot}
              onClick={() => setAsked({ what: "priority", bots: toChange.bots })}
            >
              Change priority{toChange.bots.length < selected.length && ` of ${toChange.count}`} …
            </Button>
            <Button
              size="sm"
              variant="danger"
              icon={<X aria-hidden />}
              disabledReason={toCancel.whyNot}
              onClick={() => setAsked({ what: "cancel", bots: toCancel.bots })}
            >
              Cancel {toCancel.count} …
            </Button>
          </>
        }
      >
        {page.data === undefined && !page.isError && <SkeletonRows label="Reading the queue" />}
        {page.data === undefined && page.isError && (
          <QueryProblem error={page.error} onRetry={() => void page.refetch()} isRetrying={page.isFetching} />
        )}
        {page.data !== undefined && hold.rows.length === 0 && <EmptyQueue waiting={total} onFront={() => go({})} />}
        {hold.rows.length > 0 && (
          <QueueFates value={fateOf}>
            <DataTable label="Waiting bots" table={table} looks={QUEUE_LOOKS} />
          </QueueFates>
        )}
        {hold.rows.length > 0 && (
          <QueuePages
            rows={hold.rows}
            total={total}
            beside={placesBeside(hold.rows, total)}
            isBusy={page.isPlaceholderData}
            onGo={go}
          />
        )}
      </Card>
      {asked?.what === "cancel" && <CancelDialog bots={asked.bots} onClose={close} />}
      {asked?.what === "priority" && <PriorityDialog bots={asked.bots} onClose={close} />}
    </div>
  );
}

function useQueueTable(
  rows: readonly QueuedBot[],
  rowSelection: RowSelectionState,
  setSelection: (change: RowSelectionState | ((now: RowSelectionState) => RowSelectionState)) => void,
  ask: (asked: Asked) => void,
) {
  const columns = useMemo(
    () =>
      makeQueueColumns({
        setPriority: (bot) => ask({ what: "priority", bots: [bot] }),
        cancel: (bot) => ask({ what: "cancel", bots: [bot] }),
      }),
    [ask],
  );
  const data = useMemo(() => [...rows], [rows]);
  return useTable({
    features: FEATURES,
    columns,
    data,
    getRowId: (row) => String(row.id),
    manualSorting: true,
    enableSorting: false,
    state: { rowSelection },
    onRowSelectionChange: setSelection,
  });
}
