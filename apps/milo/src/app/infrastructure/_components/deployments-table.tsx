"use client";

import { type DeploymentPlatform, PLATFORM_LABELS } from "@milo/placement";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { functionalUpdate, type SortingState, useTable } from "@tanstack/react-table";
import { ChevronDown } from "lucide-react";
import { useMemo, useState } from "react";
import { useTRPC } from "../../_api/trpc.ts";
import { QueryProblem } from "../../_components/query-problem.tsx";
import { formatCount } from "../../_format/count.ts";
import { useHold } from "../../_live/use-hold.ts";
import { useWatchHeartbeats } from "../../_live/use-live.ts";
import { Button } from "../../_ui/button.tsx";
import { EmptyState } from "../../_ui/empty-state.tsx";
import { Pagination } from "../../_ui/pagination.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import {
  type Deployment,
  type DeploymentView,
  deploymentPrint,
  FIRST_VIEW,
  isFiltered,
  type SortColumn,
  sortableColumns,
  toDeploymentQuery,
} from "../_view/deployment-view.ts";
import { ChangesButton } from "./changes-button.tsx";
import { ConfirmGoneDialog } from "./confirm-gone-dialog.tsx";
import { DataTable } from "./data-table.tsx";
import { DeploymentFilters } from "./deployment-filters.tsx";
import { DEPLOYMENT_LOOKS, makeDeploymentColumns } from "./deployments-columns.tsx";
import { FEATURES } from "./table-features.ts";
import { useDeploymentPlace } from "./use-deployment-place.ts";

/** As many on a narrow screen, where the queue is below three of these tables. */
const NARROW_ROWS = 5;
const NONE: readonly Deployment[] = [];
const IDENTITY = { keyOf: ({ deploymentId }: Deployment) => deploymentId, printOf: deploymentPrint };

/** A platform's attempts, past and present: sorted, filtered and paged by the server. */
export function DeploymentsTable({ platform }: { platform: DeploymentPlatform }) {
  const trpc = useTRPC();
  const { view, page: mark, change, toNext, toPrevious } = useDeploymentPlace(platform);
  const [isWhole, setWhole] = useState(false);
  const [asked, setAsked] = useState<Deployment | null>(null);
  const query = toDeploymentQuery(platform, view, mark?.cursor ?? null);
  const page = useQuery({
    ...trpc.infrastructure.getDeployments.queryOptions(query),
    placeholderData: keepPreviousData,
  });
  const latest = page.data?.deployments ?? NONE;
  const hold = useHold(latest, asked !== null, IDENTITY);
  useWatchHeartbeats(hold.rows.flatMap(({ botId, phase }) => (phase === "RUNNING" && botId !== null ? [botId] : [])));
  const table = useDeploymentTable(hold.rows, view, change, setAsked);
  const nextCursor = page.data?.nextCursor ?? null;
  const label = PLATFORM_LABELS[platform];
  return (
    <div className="border-t">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <h3 className="mr-auto font-semibold text-sm">Deployments</h3>
        <ChangesButton changes={hold.changes} onShow={hold.show} />
        <DeploymentFilters platform={platform} view={view} onChange={change} />
      </div>
      <div aria-busy={page.isFetching && page.isPlaceholderData} className="border-t">
        {page.data === undefined && !page.isError && <SkeletonRows label={`Reading deployments on ${label}`} />}
        {page.isError && (page.data === undefined || page.isPlaceholderData) && (
          <QueryProblem error={page.error} onRetry={() => void page.refetch()} isRetrying={page.isFetching} />
        )}
        {page.data !== undefined && hold.rows.length === 0 && (
          <NoDeployments view={view} isLater={mark !== null} onClear={() => change(FIRST_VIEW)} />
        )}
        {hold.rows.length > 0 && (
          <DataTable
            label={`Deployments on ${label}`}
            table={table}
            looks={DEPLOYMENT_LOOKS}
            narrowRows={isWhole ? undefined : NARROW_ROWS}
          />
        )}
        {!isWhole && hold.rows.length > NARROW_ROWS && (
          <p className="border-t p-2 text-center md:hidden">
            <Button size="sm" variant="ghost" icon={<ChevronDown aria-hidden />} onClick={() => setWhole(true)}>
              Show all {hold.rows.length}
            </Button>
          </p>
        )}
        {(hold.rows.length > 0 || mark !== null) && (
          <Pagination
            label={`Pages of deployments on ${label}`}
            words={WORDS}
            isBusy={page.isPlaceholderData}
            onNewer={mark === null ? undefined : toPrevious}
            onOlder={nextCursor === null ? undefined : () => toNext(nextCursor)}
          >
            Page {mark?.number ?? 1} · {formatCount(hold.rows.length, "deployment")}
          </Pagination>
        )}
      </div>
      <ConfirmGoneDialog key={asked?.deploymentId} deployment={asked} onClose={() => setAsked(null)} />
    </div>
  );
}

const WORDS = {
  newer: "Previous",
  older: "Next",
  noNewer: "This is the first page",
  noOlder: "This is the last page",
};

function useDeploymentTable(
  rows: readonly Deployment[],
  view: DeploymentView,
  change: (next: Partial<DeploymentView>) => void,
  onConfirmGone: (deployment: Deployment) => void,
) {
  const sortable = sortableColumns(view).join();
  const columns = useMemo(
    () =>
      makeDeploymentColumns(onConfirmGone).map((column) => ({
        ...column,
        enableSorting: sortable.split(",").includes(column.id ?? ""),
      })),
    [onConfirmGone, sortable],
  );
  const data = useMemo(() => [...rows], [rows]);
  const sorting: SortingState = useMemo(() => [view.sort], [view.sort]);
  return useTable({
    features: FEATURES,
    columns,
    data,
    getRowId: (row) => String(row.deploymentId),
    manualSorting: true,
    enableSortingRemoval: false,
    state: { sorting },
    onSortingChange: (update) => {
      const [sort] = functionalUpdate(update, sorting);
      if (sort !== undefined) change({ sort: { id: sort.id as SortColumn, desc: sort.desc } });
    },
  });
}

function NoDeployments({ view, isLater, onClear }: { view: DeploymentView; isLater: boolean; onClear(): void }) {
  if (isLater) {
    return (
      <EmptyState
        title="Nothing is on this page any more"
        action={<Button onClick={onClear}>To the first page</Button>}
      >
        What stood here has ended or moved.
      </EmptyState>
    );
  }
  if (!isFiltered(view) && view.sort.id !== "heartbeat") {
    return <EmptyState title="Nothing has run here yet">Bots come here when it is this platform’s turn.</EmptyState>;
  }
  return (
    <EmptyState title="No deployment matches" action={<Button onClick={onClear}>Show all</Button>}>
      {view.sort.id === "heartbeat"
        ? "By last heartbeat only what holds a slot is listed."
        : "Search takes a launch key, an ARN or the beginning of either, or a bot’s id."}
    </EmptyState>
  );
}
