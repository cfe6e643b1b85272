"use client";

import { type KeyboardEvent, type ReactNode, useState } from "react";

/** What lies beside the plot: the names of the values on its left. */
type PlotEdges = { leftPx: number; rightPx: number };

type Props = {
  /** What is read. */
  name: string;
  /** The moments to stop at, the earliest first. */
  stops: readonly number[];
  /** Where a stop is, as a part of the plot's width. */
  shareOf(index: number): number;
  edges: PlotEdges;
  /** What holds there, in words. */
  describe(index: number): string;
  /** The same for who sees it. */
  renderReading(index: number): ReactNode;
  children: ReactNode;
};

/** A page is this part of all stops. */
const PAGES = 8;

/**
 * A drawing that is read with the arrow keys, stop by stop, from now backwards. To screen readers it is a slider: they
 * say where it stands when a key has moved it, and nothing when the pointer moves or new numbers come.
 */
export function ChartWalk({ name, stops, shareOf, edges, describe, renderReading, children }: Props) {
  const [said, say] = useState<{ atMs: number; text: string } | null>(null);
  const last = stops.length - 1;
  if (last < 0) return children;
  // By its time, as stops leave on the left and come on the right while one reads.
  const index = said === null ? last : Math.max(0, findLast(stops, said.atMs));
  const goTo = (to: number) => say({ atMs: stops[to] ?? 0, text: describe(to) });
  const move = (event: KeyboardEvent) => {
    if (event.key === "Escape") say(null);
    const to = step(event.key, index, last);
    if (to === null) return;
    event.preventDefault();
    goTo(to);
  };
  return (
    <div className="relative" onPointerMove={() => said && say(null)}>
      <div className="overflow-x-clip" aria-hidden>
        {children}
      </div>
      {/* Lets the pointer through: it reads the drawing itself. */}
      <div
        role="slider"
        tabIndex={0}
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={said?.text ?? describe(index)}
        className="pointer-events-none absolute inset-0 rounded-sm"
        onFocus={() => goTo(last)}
        onBlur={() => say(null)}
        onKeyDown={move}
      />
      {said !== null && <Reading share={shareOf(index)} edges={edges} reading={renderReading(index)} />}
    </div>
  );
}

/** A line through the stop, and beside it what holds there; it never leaves the drawing. */
function Reading({ share, edges, reading }: { share: number; edges: PlotEdges; reading: ReactNode }) {
  const percent = `${Math.min(1, Math.max(0, share)) * 100}%`;
  const inset = { left: edges.leftPx, right: edges.rightPx };
  return (
    <div aria-hidden className="pointer-events-none absolute inset-y-0 z-10" style={inset}>
      <div className="absolute inset-y-0 border-ink border-l opacity-50" style={{ left: percent }} />
      <div className="absolute top-1 w-max max-w-full" style={{ left: percent, transform: `translateX(-${percent})` }}>
        {reading}
      </div>
    </div>
  );
}

function step(key: string, index: number, last: number): number | null {
  const page = Math.max(1, Math.round(last / PAGES));
  const moves: Partial<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowDown: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index + 1,
    PageDown: index - page,
    PageUp: index + page,
    Home: 0,
    End: last,
  };
  const to = moves[key];
  return to === undefined ? null : Math.min(last, Math.max(0, to));
}

function findLast(stops: readonly number[], atMs: number): number {
  return stops.findLastIndex((stop) => stop <= atMs);
}
