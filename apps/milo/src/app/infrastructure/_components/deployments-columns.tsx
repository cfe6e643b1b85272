"use client";

import { deploymentCan } from "@milo/placement";
import { createColumnHelper } from "@tanstack/react-table";
import { PackageX } from "lucide-react";
import { NO_TIME } from "../../_format/absent.ts";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { Duration, Elapsed } from "../../_ui/duration.tsx";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import { type Deployment, nameWorkload } from "../_view/deployment-view.ts";
import { BotName } from "./bot-name.tsx";
import { DeploymentState } from "./deployment-state.tsx";
import { LastHeartbeat } from "./last-heartbeat.tsx";
import { ACTION_LOOK, ActionHead, RowAction } from "./row-action.tsx";
import type { ColumnLooks, Features } from "./table-features.ts";

export const DEPLOYMENT_LOOKS: ColumnLooks = {
  bot: { isRowHead: true, className: "w-28 max-w-28 sm:w-36 sm:max-w-36 xl:w-52 xl:max-w-52" },
  state: { className: "sm:w-32 xl:w-48" },
  workload: { hideBelow: "lg", className: "w-48 xl:w-64" },
  age: { align: "end", isTight: true, className: "sm:min-w-24" },
  heartbeat: { align: "end", isTight: true, hideBelow: "sm" },
  ended: { align: "end", isTight: true, hideBelow: "md", className: "min-w-20" },
  reason: { hideBelow: "md", className: "min-w-44 max-w-80" },
  actions: ACTION_LOOK,
};

const column = createColumnHelper<Features, Deployment>();

/** Of an attempt: whose it is, how far it has come, where it is found, and why it ended. */
export function makeDeploymentColumns(onConfirmGone: (deployment: Deployment) => void) {
  return column.columns([
    column.display({
      id: "bot",
      header: "Bot",
      cell: ({ row: { original } }) => (
        <BotName botId={original.botId} name={original.botName} attempt={original.attempt} />
      ),
    }),
    column.display({
      id: "state",
      header: "Phase",
      cell: ({ row }) => <DeploymentState deployment={row.original} />,
    }),
    column.display({
      id: "workload",
      header: "Launch key or ARN",
      cell: ({ row }) => <Workload deployment={row.original} />,
    }),
    column.accessor("reservedAt", {
      id: "age",
      header: "Age",
      cell: ({ row: { original } }) =>
        original.phase === "ENDED" ? <Duration ms={original.ageMs} /> : <Elapsed since={original.reservedAt} />,
    }),
    column.accessor("lastHeartbeatAt", {
      id: "heartbeat",
      header: "Last heartbeat",
      cell: ({ row }) => <LastHeartbeat deployment={row.original} />,
    }),
    column.accessor("endedAt", {
      id: "ended",
      header: "Ended",
      cell: ({ getValue }) => <Moment at={getValue()} />,
    }),
    column.display({
      id: "reason",
      header: "Why it ended",
      cell: ({ row }) => <Reason deployment={row.original} />,
    }),
    column.display({
      id: "actions",
      header: ActionHead,
      cell: ({ row: { original } }) => (
        <RowAction
          label={`Confirm that ${original.launchKey} is gone …`}
          icon={PackageX}
          whyNot={deploymentCan.confirmGone(original.phase).reason}
          onClick={() => onConfirmGone(original)}
        />
      ),
    }),
  ]);
}

function Moment({ at }: { at: Date | null }) {
  return at === null ? <Nothing /> : <TimeAgo at={at} />;
}

function Nothing() {
  return <span className="text-quiet">{NO_TIME}</span>;
}

function Workload({ deployment }: { deployment: Deployment }) {
  const { kind, full, short } = nameWorkload(deployment);
  return (
    <span className="flex items-center gap-1">
      <code title={full} className="max-w-32 truncate font-mono text-xs xl:max-w-52">
        {short}
      </code>
      <CopyButton text={full} label={`Copy ${kind}`} />
    </span>
  );
}

function Reason({ deployment: { reason, phase } }: { deployment: Deployment }) {
  if (reason === null) return <Nothing />;
  return (
    <span title={reason} className={`line-clamp-2 ${phase === "ENDED" ? "" : "text-quiet"}`}>
      {reason}
    </span>
  );
}
