"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTRPC } from "../../_api/trpc.ts";
import type { PlatformInfo } from "../_view/platform-state.ts";

/** Shows a platform as an order has left it, at once: also while the live stream is away. */
export function useShowPlatform(): (after: PlatformInfo) => void {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return (after) => {
    queryClient.setQueryData(trpc.infrastructure.getPlatforms.queryKey(), (all) =>
      all?.map((one) => (one.platform === after.platform ? after : one)),
    );
  };
}
