"use client";

import { toServerMs } from "../../_live/server-clock.ts";
import { useLiveState } from "../../_live/use-live.ts";
import { useTicking } from "../../_ui/now-provider.tsx";
import type { UsageHistory } from "./moments.ts";

/** Between two steps of the right edge while nothing happens. */
const STEP_MS = 10_000;

/**
 * The right edge: as long as every change is told, what was last read holds until now. `readAtMs` is by the viewer's clock,
 * as queries say it.
 */
export function useEndMs(data: UsageHistory | undefined, readAtMs: number): number {
  const { phase } = useLiveState();
  const nowMs = Number(useTicking((at) => String(Math.floor((at ?? 0) / STEP_MS) * STEP_MS)));
  const lastMs = data?.points.at(-1)?.atMs ?? nowMs;
  return phase === "connected" ? lastMs + Math.max(0, nowMs - toServerMs(readAtMs)) : lastMs;
}
