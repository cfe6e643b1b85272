"use client";

import { useHeardAtMs } from "../../_live/use-live.ts";
import { TimeAgo } from "../../_ui/time-ago.tsx";
import type { Deployment } from "../_view/deployment-view.ts";

/** When a bot was last heard: as the stream tells it, or else as it was read. */
export function LastHeartbeat({ deployment }: { deployment: Deployment }) {
  const heardAtMs = useHeardAtMs(deployment.botId ?? 0);
  const readAtMs = deployment.lastHeartbeatAt?.getTime();
  const isRunning = deployment.phase === "RUNNING";
  const atMs = isRunning && heardAtMs !== undefined ? Math.max(heardAtMs, readAtMs ?? 0) : readAtMs;
  return atMs === undefined ? <span className="text-quiet">–</span> : <TimeAgo at={atMs} />;
}
