"use client";

import { queueCan } from "@milo/placement";
import { createColumnHelper } from "@tanstack/react-table";
import { Pencil, X } from "lucide-react";
import { formatNumber } from "../../_format/count.ts";
import { describeNoEstimate, formatEstimate } from "../../_format/estimate.ts";
import { shortenReason } from "../../_format/short-reason.ts";
import { Button } from "../../_ui/button.tsx";
import { Checkbox } from "../../_ui/checkbox.tsx";
import { MeetingPlatformName } from "../../_ui/domain/meeting-platform-name.tsx";
import { Elapsed, Remaining } from "../../_ui/duration.tsx";
import { nameQueued, type QueuedBot } from "../_view/queue-view.ts";
import { BotName } from "./bot-name.tsx";
import { Countdown } from "./countdown.tsx";
import { useWhyNot } from "./queue-fates.ts";
import { ACTION_LOOK, ActionHead, RowAction } from "./row-action.tsx";
import type { ColumnLooks, Features } from "./table-features.ts";

export const QUEUE_LOOKS: ColumnLooks = {
  select: { isTight: true },
  position: { isTight: true, align: "end" },
  bot: { isRowHead: true, className: "max-w-64 md:w-48 md:max-w-48" },
  meeting: { hideBelow: "lg" },
  priority: { isTight: true, align: "end" },
  why: { className: "w-96 max-w-96", hideBelow: "md" },
  waited: { isTight: true, align: "end", hideBelow: "md", className: "min-w-24" },
  left: { isTight: true, align: "end", hideBelow: "sm", className: "min-w-24" },
  estimate: { hideBelow: "md", className: "max-w-36" },
  actions: ACTION_LOOK,
};

/** What may be asked for one waiting bot. */
export type QueueOrders = {
  setPriority(bot: QueuedBot): void;
  cancel(bot: QueuedBot): void;
};

const column = createColumnHelper<Features, QueuedBot>();

/** Of a waiting bot: its place, why it waits, how long it has and will. */
export function makeQueueColumns(orders: QueueOrders) {
  return column.columns([
    column.display({
      id: "select",
      header: ({ table }) => (
        <Checkbox
          checked={table.getIsAllRowsSelected() || (table.getIsSomeRowsSelected() && "indeterminate")}
          onCheckedChange={(on) => table.toggleAllRowsSelected(on)}
          label="Select all bots shown"
          isLabelHidden
        />
      ),
      cell: ({ row }) => (
        <Checkbox
          checked={row.getIsSelected()}
          onCheckedChange={(on) => row.toggleSelected(on)}
          label={`Select ${nameQueued(row.original)}`}
          isLabelHidden
        />
      ),
    }),
    column.display({
      id: "position",
      header: "Position",
      cell: ({ row }) => formatNumber(row.original.position),
    }),
    column.display({
      id: "bot",
      header: "Bot",
      cell: ({ row: { original } }) => (
        <>
          <BotName botId={original.botId} name={original.botName} />
          <span className="block font-normal text-xs md:hidden">
            <WaitReason bot={original} />
          </span>
        </>
      ),
    }),
    column.display({
      id: "meeting",
      header: "Meeting",
      cell: ({ row }) => <MeetingPlatformName platform={row.original.platform} />,
    }),
    column.display({
      id: "priority",
      header: "Priority",
      cell: ({ row }) => <Priority bot={row.original} orders={orders} />,
    }),
    column.display({
      id: "why",
      header: "Why it waits",
      cell: ({ row: { original } }) => <WaitReason bot={original} />,
    }),
    column.display({
      id: "waited",
      header: "Waited",
      cell: ({ row }) => <Elapsed since={row.original.queuedAt} />,
    }),
    column.display({
      id: "left",
      header: "Gives up in",
      cell: ({ row }) => <Remaining until={row.original.timeoutAt} />,
    }),
    column.display({
      id: "estimate",
      header: "Estimated wait",
      cell: ({ row }) => <EstimatedWait bot={row.original} />,
    }),
    column.display({
      id: "actions",
      header: ActionHead,
      cell: ({ row: { original } }) => <Cancel bot={original} onCancel={orders.cancel} />,
    }),
  ]);
}

function Priority({ bot, orders }: { bot: QueuedBot; orders: QueueOrders }) {
  return (
    <Button
      size="sm"
      variant="ghost"
      disabledReason={useWhyNot(queueCan.setPriority, bot)}
      onClick={() => orders.setPriority(bot)}
      aria-label={`${bot.priority}: change the priority of ${nameQueued(bot)} …`}
      className="-mr-2.5 text-ink tabular-nums"
    >
      {bot.priority}
      <Pencil aria-hidden className="text-quiet" />
    </Button>
  );
}

function Cancel({ bot, onCancel }: { bot: QueuedBot; onCancel(bot: QueuedBot): void }) {
  return (
    <RowAction
      label={`Take ${nameQueued(bot)} out of the queue …`}
      icon={X}
      whyNot={useWhyNot(queueCan.cancel, bot)}
      onClick={() => onCancel(bot)}
    />
  );
}

function WaitReason({ bot: { cause, next } }: { bot: QueuedBot }) {
  return (
    <span className="block">
      <span title={cause} className="line-clamp-4 break-words md:line-clamp-2">
        {`${shortenReason(cause)};`}
      </span>
      <span className="block text-quiet">
        <Countdown what={next.what} at={next.at} />
      </span>
    </span>
  );
}

function EstimatedWait({ bot: { estimate, noEstimate } }: { bot: QueuedBot }) {
  if (estimate === null) return <span className="text-quiet">{describeNoEstimate(noEstimate ?? "no_history")}</span>;
  const { about, range } = formatEstimate(estimate);
  return (
    <span className="block whitespace-nowrap tabular-nums">
      {about}
      {range !== null && <span className="block text-quiet">{range}</span>}
    </span>
  );
}
