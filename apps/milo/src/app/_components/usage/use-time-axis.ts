"use client";

import { formatTimeOfDay } from "../../_format/time.ts";
import { useIsHydrated } from "../../_ui/now-provider.tsx";
import type { Span } from "./spans.ts";
import { makeTicks } from "./ticks.ts";

export type TimeAxis = { startMs: number; endMs: number; ticks: number[]; format(atMs: number): string };

const MINUTE_MS = 60_000;

/** The span up to `endMs` in the viewer's zone; null until that is known. */
export function useTimeAxis({ windowMs, tickMs }: Span, endMs: number): TimeAxis | null {
  if (!useIsHydrated()) return null;
  const startMs = endMs - windowMs;
  const offsetMs = -new Date(endMs).getTimezoneOffset() * MINUTE_MS;
  return { startMs, endMs, ticks: makeTicks(startMs, endMs, tickMs, offsetMs), format: (at) => formatTimeOfDay(at) };
}
