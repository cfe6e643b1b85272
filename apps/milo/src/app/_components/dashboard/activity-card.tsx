"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import { formatTimeOfDay } from "../../_format/time.ts";
import { Card } from "../../_ui/card.tsx";
import { ChartFrame } from "../../_ui/chart-frame.tsx";
import { ChartLegend } from "../../_ui/chart-legend.tsx";
import { ChartTable } from "../../_ui/chart-table.tsx";
import { useIsHydrated } from "../../_ui/now-provider.tsx";
import { Skeleton } from "../../_ui/skeleton.tsx";
import { QueryProblem } from "../query-problem.tsx";
import { chartActivity } from "./activity.ts";
import { ACTIVITY_PX, ActivityDrawing } from "./activity-drawing.tsx";

const EMPTY = { title: "Nothing was launched in the last 24 h", text: "Send a bot: its launch is counted at once." };
const formatTime = (atMs: number) => formatTimeOfDay(atMs);

/** Launches and failed launches of the last 24 hours, by the hour. */
export function ActivityCard() {
  const activity = useQuery(useTRPC().infrastructure.getActivity.queryOptions());
  const { data, error, isFetching } = activity;
  // The server knows neither the width nor the zone: it keeps the place.
  const isHydrated = useIsHydrated();
  if (data === undefined) {
    return (
      <Card title="Last 24 hours">
        {activity.isError ? (
          <QueryProblem error={error} onRetry={() => void activity.refetch()} isRetrying={isFetching} />
        ) : (
          <Skeleton className="h-56 w-full" />
        )}
      </Card>
    );
  }
  const { launched, failed, points, isEmpty, summary } = chartActivity(data);
  const series = [...launched, failed];
  return (
    <Card title="Last 24 hours" aside={!isEmpty && <p className="text-quiet text-sm">{summary}</p>}>
      <ChartFrame
        title="Launches by the hour"
        summary={`Of the last 24 hours: ${summary}.`}
        legend={<ChartLegend series={series} />}
        empty={isEmpty ? EMPTY : null}
        table={() => (
          <ChartTable label="Launches of each hour" series={series} points={points} formatTime={formatTime} />
        )}
      >
        {isHydrated ? (
          <ActivityDrawing launched={launched} failed={failed} points={points} bucketMs={data.bucketMs} />
        ) : (
          <div style={{ height: ACTIVITY_PX }} />
        )}
      </ChartFrame>
    </Card>
  );
}
