"use client";

import { formatAgo, formatExact, formatIso, formatUtc } from "../_format/time.ts";
import { useIsHydrated, useTicking } from "./now-provider.tsx";

/** A moment: relative and ticking, the exact one in the viewer's zone on hover. */
export function TimeAgo({ at, className }: { at: Date | number; className?: string }) {
  const atMs = Number(at);
  const text = useTicking((nowMs) => (nowMs === null ? formatUtc(atMs) : formatAgo(atMs, nowMs)));
  const isHydrated = useIsHydrated();
  return (
    <time
      dateTime={formatIso(atMs)}
      title={isHydrated ? formatExact(atMs) : formatUtc(atMs)}
      className={className ?? "whitespace-nowrap tabular-nums"}
    >
      {text}
    </time>
  );
}
