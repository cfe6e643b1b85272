"use client";

import { formatDuration } from "@milo/placement";
import { formatIsoDuration } from "../_format/duration.ts";
import { formatExact, formatUtc } from "../_format/time.ts";
import { useIsHydrated, useTicking } from "./now-provider.tsx";

const SECOND_MS = 1_000;
const CLASSES = "whitespace-nowrap tabular-nums";

/** A length of time that is known. */
export function Duration({ ms }: { ms: number }) {
  return (
    <time dateTime={formatIsoDuration(ms)} className={CLASSES}>
      {formatDuration(ms)}
    </time>
  );
}

/** How long since then, ticking; since when on hover. */
export function Elapsed({ since }: { since: Date | number }) {
  return <Ticking atMs={Number(since)} word="Since" direction={1} />;
}

/** How long until then, ticking down to 0 s; until when on hover. */
export function Remaining({ until }: { until: Date | number }) {
  return <Ticking atMs={Number(until)} word="Until" direction={-1} />;
}

/** What has passed, as "46 s ago" beside it counts it: only whole seconds. */
function wholeSeconds(ms: number): number {
  return Math.floor(ms / SECOND_MS) * SECOND_MS;
}

function Ticking({ atMs, word, direction }: { atMs: number; word: string; direction: 1 | -1 }) {
  const text = useTicking((nowMs) =>
    nowMs === null ? "…" : formatDuration(direction === 1 ? wholeSeconds(nowMs - atMs) : atMs - nowMs),
  );
  const isHydrated = useIsHydrated();
  return (
    <span title={`${word} ${isHydrated ? formatExact(atMs) : formatUtc(atMs)}`} className={CLASSES}>
      {text}
    </span>
  );
}
