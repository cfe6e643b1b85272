"use client";

import { type DehydratedState, HydrationBoundary } from "@tanstack/react-query";
import { type ReactNode, useContext, useEffect, useMemo } from "react";
import type { LivePoint } from "#server/api/services/live/live-service.ts";
import { LiveContext } from "./live-context.ts";
import { toViewerTimes } from "./server-clock.ts";

type Props = { page: { state: DehydratedState; point: LivePoint | null }; children: ReactNode };

/** Gives what the server has read to the queries below, and makes up for what happened since it was read. */
export function Hydrated({ page, children }: Props) {
  const live = useContext(LiveContext);
  const { point } = page;
  const state = useMemo(() => toViewerTimes(page.state), [page.state]);
  // After the boundary's own effect, which writes newer data over what is cached: children's effects come first.
  useEffect(() => {
    if (point !== null) live?.arrive(point);
  }, [live, point]);
  return <HydrationBoundary state={state}>{children}</HydrationBoundary>;
}
