"use client";

import type { DehydratedState } from "@tanstack/react-query";
import { readClockOffsetMs, setClockOffsetMs } from "../_ui/clock.ts";

/** How far the server's clock is ahead of the viewer's, in milliseconds: somewhere between these two. */
export type OffsetRange = { lowMs: number; highMs: number };

/** One moment of the server's, and between which two of the viewer's clock it was. Milliseconds since 1970. */
export type ClockSample = {
  /** The server's clock said at least this … */
  serverFromMs: number;
  /** … and less than this. */
  serverToMs: number;
  sentMs: number;
  receivedMs: number;
};

/** The header `Date` says whole seconds. */
const DATE_STEP_MS = 1_000;

/**
 * What is known of the offset after another answer. Every answer leaves a range in which it must be; two ranges that share
 * nothing mean that a clock was set, and then only the newer one counts.
 */
export function narrowOffset(known: OffsetRange | null, sample: ClockSample): OffsetRange {
  const fresh = { lowMs: sample.serverFromMs - sample.receivedMs, highMs: sample.serverToMs - sample.sentMs };
  if (known === null) return fresh;
  const both = { lowMs: Math.max(known.lowMs, fresh.lowMs), highMs: Math.min(known.highMs, fresh.highMs) };
  return both.lowMs <= both.highMs ? both : fresh;
}

/** The likeliest offset in a range. A range that allows none has none: most clocks agree, and a time then never jumps. */
export function chooseOffsetMs({ lowMs, highMs }: OffsetRange): number {
  return lowMs <= 0 && highMs >= 0 ? 0 : (lowMs + highMs) / 2;
}

/** What the header `Date` of an answer says; null when it is missing or makes no sense. */
export function sampleOfAnswer(date: string | null, sentMs: number, receivedMs: number): ClockSample | null {
  const serverFromMs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(serverFromMs)) return null;
  return { serverFromMs, serverToMs: serverFromMs + DATE_STEP_MS, sentMs, receivedMs };
}

let known: OffsetRange | null = null;

function learn(sample: ClockSample): void {
  known = narrowOffset(known, sample);
  setClockOffsetMs(chooseOffsetMs(known));
}

/** Learns the server's clock from the page itself: rendered at `renderedMs`, asked for and read at these moments here. */
export function learnFromPage(renderedMs: number, sentMs: number, receivedMs: number): void {
  learn({ serverFromMs: renderedMs, serverToMs: renderedMs, sentMs, receivedMs });
}

/** The same as the page comes to life: it was rendered between its request and now. Nothing on the server. */
export function learnFromNavigation(renderedMs: number): void {
  if (typeof window === "undefined") return;
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const receivedMs = Date.now();
  // Not `timeOrigin`: that is another clock once this one has been set.
  learnFromPage(renderedMs, receivedMs - performance.now() + (navigation?.requestStart ?? 0), receivedMs);
}

/** `fetch` that learns the server's clock from each answer. */
export async function fetchByServerClock(input: RequestInfo | URL | string, init?: RequestInit): Promise<Response> {
  const sentMs = Date.now();
  const response = await fetch(input, init);
  const sample = sampleOfAnswer(response.headers.get("date"), sentMs, Date.now());
  if (sample !== null) learn(sample);
  return response;
}

/** Now by the server's clock, milliseconds since 1970: with this, and never with the viewer's, its times are compared. */
export function serverNowMs(): number {
  return toServerMs(Date.now());
}

/** A moment of the viewer's clock, such as a query's `dataUpdatedAt`, by the server's. */
export function toServerMs(viewerMs: number): number {
  return viewerMs + readClockOffsetMs();
}

/**
 * What the server has read, with the moments of reading by the viewer's clock, as of what the browser reads itself: of two
 * answers the newer one is kept, and it must not be the clock that decides.
 */
export function toViewerTimes(state: DehydratedState): DehydratedState {
  const offsetMs = readClockOffsetMs();
  if (offsetMs === 0) return state;
  const queries = state.queries.map((query) => {
    const { dataUpdatedAt } = query.state;
    return { ...query, state: { ...query.state, dataUpdatedAt: dataUpdatedAt === 0 ? 0 : dataUpdatedAt - offsetMs } };
  });
  return { ...state, queries };
}
