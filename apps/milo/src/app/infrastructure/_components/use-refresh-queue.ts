"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";

/** Reads the queue again at once, for who has just changed it: also while the live stream is away. */
export function useRefreshQueue(): () => void {
  const { infrastructure } = useTRPC();
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries(infrastructure.getQueuedBots.pathFilter());
    void queryClient.invalidateQueries(infrastructure.getQueueStats.pathFilter());
  };
}
