"use client";

import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";
import { ChartLegend } from "./chart-legend.tsx";
import type { ChartSeries } from "./chart-series.ts";
import { EmptyState } from "./empty-state.tsx";

export type ChartFrameProps = {
  title: string;
  /** What the chart shows, in a sentence: heard by who cannot see it. */
  summary: string;
  level?: 2 | 3;
  /** Beside the title: a span of time to choose. */
  actions?: ReactNode;
};

type Props = ChartFrameProps & {
  series: readonly ChartSeries[];
  /** What to say instead of the chart when there is nothing to draw. */
  empty: { title: string; text: string } | null;
  /** The same numbers as a table, made when it is asked for. */
  table(): ReactNode;
  /** The drawing itself, which screen readers pass over. */
  children: ReactNode;
};

/** A chart with its title, its legend in words, and the same numbers as a table. */
export function ChartFrame({ title, summary, level = 3, actions, series, empty, table, children }: Props) {
  const [isTable, setTable] = useState(false);
  const titleId = useId();
  const Heading = `h${level}` as const;
  return (
    <section aria-labelledby={titleId} className="min-w-0">
      <header className="mb-3 space-y-1.5">
        <div className="flex min-h-8 flex-wrap items-center gap-2">
          <Heading id={titleId} className="mr-auto font-semibold text-sm">
            {title}
          </Heading>
          {actions}
          {!empty && (
            <Button
              variant="ghost"
              size="sm"
              icon={isTable ? <ChartNoAxesColumn aria-hidden /> : <Table2 aria-hidden />}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? "Chart" : "Table"}
              <span className="sr-only"> of {title}</span>
            </Button>
          )}
        </div>
        <ChartLegend series={series} />
      </header>
      <p className="sr-only">{summary}</p>
      {empty && (
        <EmptyState icon={ChartNoAxesColumn} title={empty.title}>
          {empty.text}
        </EmptyState>
      )}
      {!empty && (isTable ? table() : <div aria-hidden>{children}</div>)}
    </section>
  );
}
