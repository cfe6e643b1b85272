import { formatDuration } from "@milo/placement";
import { formatCount } from "../../_format/count.ts";
import type { Moment } from "./moments.ts";

const MINUTE_MS = 60_000;

/** A time during which something held without a break. */
export type Stretch = { fromMs: number; toMs: number };

/** The stretches in which `holds` is true of the moments, each of which lasts until the next one. Pure. */
export function findStretches(moments: readonly Moment[], holds: (moment: Moment) => boolean): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [index, moment] of moments.entries()) {
    const next = moments[index + 1];
    if (next === undefined || next.atMs === moment.atMs || !holds(moment)) continue;
    const last = stretches.at(-1);
    if (last !== undefined && last.toMs >= moment.atMs) last.toMs = next.atMs;
    else stretches.push({ fromMs: moment.atMs, toMs: next.atMs });
  }
  return stretches;
}

export function lengthOf(stretches: readonly Stretch[]): number {
  return stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
}

/** What a sentence is about: `label` is `6 h`; of `gaps` nothing is known; `isNow`: it holds in this moment. */
type Told = { label: string; gaps: readonly Stretch[]; isNow?: boolean };

/** `At its limit for 42 min of the last 6 h, 3 times`, or that it never was as far as is known. */
export function describeFull(stretches: readonly Stretch[], told: Told): string {
  const span = told.label;
  if (stretches.length === 0 && told.isNow) return "At its limit since just now";
  if (stretches.length === 0) return `Never at its limit in the last ${span}${hedge(told)}`;
  const times = stretches.length === 1 ? "" : `, ${formatCount(stretches.length, "time")}`;
  return `At its limit for ${formatMinutes(lengthOf(stretches))} of the last ${span}${times}`;
}

/** `Bots waited for 42 min of the last 6 h, 12 at most`, or that none did before this moment, which is the last. */
export function describeWaiting(moments: readonly Moment[], told: Told): string {
  const span = told.label;
  const stretches = findStretches(moments, ({ waiting }) => (waiting ?? 0) > 0);
  const waitsNow = (moments.at(-1)?.waiting ?? 0) > 0;
  if (stretches.length === 0 && waitsNow) return "Bots wait since just now";
  if (stretches.length === 0) return `No bot waited in the last ${span}${hedge(told)}`;
  const most = Math.max(...moments.map(({ waiting }) => waiting ?? 0));
  return `Bots waited for ${formatMinutes(lengthOf(stretches))} of the last ${span}, ${most} at most`;
}

/**
 * `Nothing is known of 22 min: no dispatcher ran`. A gap that reaches back to `firstMs`, the earliest moment, is from
 * before the first sample, as nobody can tell whether there was a dispatcher: `Known of the last 58 min only`. Null when
 * everything is known. Pure.
 */
export function describeGaps(gaps: readonly Stretch[], firstMs: number | undefined, endMs: number): string | null {
  const first = gaps[0]?.fromMs === firstMs ? gaps[0] : undefined;
  const later = first === undefined ? gaps : gaps.slice(1);
  const parts = [
    ...(first === undefined ? [] : [`Known of the last ${formatMinutes(endMs - first.toMs)} only`]),
    ...(later.length === 0 ? [] : [`Nothing is known of ${formatMinutes(lengthOf(later))}: no dispatcher ran`]),
  ];
  return parts.length === 0 ? null : parts.join(". ");
}

/** Never and none are said only of what is known. */
function hedge({ gaps }: Told): string {
  return gaps.length === 0 ? "" : ", as far as is known";
}

/** Samples are a minute apart: seconds would be made up. */
function formatMinutes(ms: number): string {
  return formatDuration(Math.max(1, Math.round(ms / MINUTE_MS)) * MINUTE_MS);
}
