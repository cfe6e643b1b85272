"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { useTRPCClient } from "../_api/trpc.ts";
import { createLive } from "./create-live.ts";
import { LiveContext } from "./live-context.ts";

/** Holds the tab's one connection to the stream: open while the tab is visible, closed while it is not. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useTRPCClient();
  const queryClient = useQueryClient();
  const [live] = useState(() => createLive(client, queryClient));
  useEffect(() => {
    const look = () => live.setVisible(document.visibilityState === "visible");
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      live.setVisible(false);
    };
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
