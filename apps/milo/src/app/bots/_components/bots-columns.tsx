"use client";

import { createColumnHelper, tableFeatures } from "@tanstack/react-table";
import Link from "next/link";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { NO_TIME } from "../../_format/absent.ts";
import { formatBotId } from "../../_format/bot-id.ts";
import type { CellLook } from "../../_ui/cell-look.ts";
import { MeetingPlatformName } from "../../_ui/domain/meeting-platform-name.tsx";
import { StatusBadge } from "../../_ui/domain/status-badge.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { tellSpan } from "../bot-span.ts";
import { InfraCell, WaitReason } from "./infra-cell.tsx";
import { SpanCell } from "./span-cell.tsx";

export type BotsColumnMeta = CellLook & { isRowHead?: boolean; className?: string };

export const botsFeatures = tableFeatures({ columnMeta: {} as BotsColumnMeta });

const helper = createColumnHelper<typeof botsFeatures, ListedBot>();

/** The columns of the table of bots. */
export const botsColumns = helper.columns([
  helper.accessor("name", {
    header: "Bot",
    meta: { isRowHead: true, className: "sm:w-1/4" },
    cell: ({ row: { original: bot } }) => (
      <span className="flex min-w-0 flex-col">
        <Link
          href={`/bots/${bot.id}`}
          prefetch={false}
          className="line-clamp-2 break-words underline-offset-2 hover:text-accent hover:underline"
        >
          {bot.name}
        </Link>
        <span className="font-normal text-quiet text-xs tabular-nums">{formatBotId(bot.id)}</span>
        <span className="sm:hidden">
          <WaitReason bot={bot} />
        </span>
      </span>
    ),
  }),
  helper.accessor("status", {
    header: "Status",
    meta: { isTight: true },
    cell: ({ row }) => <StatusBadge status={row.original.status} look="plain" />,
  }),
  helper.accessor("meetingPlatform", {
    header: "Meeting",
    meta: { isTight: true, hideBelow: "md" },
    cell: ({ row }) => <MeetingPlatformName platform={row.original.meetingPlatform} />,
  }),
  helper.accessor("deploymentPlatform", {
    header: "Infra",
    cell: ({ row }) => <InfraCell bot={row.original} />,
  }),
  helper.display({
    id: "span",
    header: "Time",
    meta: { isTight: true, align: "end", hideBelow: "sm", className: "min-w-24" },
    cell: ({ row }) => <SpanCell span={tellSpan(row.original)} />,
  }),
  helper.accessor("startedAt", {
    header: "Started",
    meta: { isTight: true, align: "end", hideBelow: "lg", className: "min-w-24" },
    cell: ({ row: { original: bot } }) =>
      bot.startedAt === null ? <span className="text-quiet">{NO_TIME}</span> : <TimeAgo at={bot.startedAt} />,
  }),
  helper.accessor("priority", {
    header: "Priority",
    meta: { isTight: true, align: "end", hideBelow: "lg" },
    cell: ({ row }) => (
      <span className={row.original.priority === 0 ? "text-quiet" : "font-medium"}>{row.original.priority}</span>
    ),
  }),
]);
