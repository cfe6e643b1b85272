"use client";

import { ChartNoAxesColumn, Table2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

type Props = {
  title: string;
  /** What the chart shows, in a sentence: heard by who cannot see it. */
  summary: string;
  level?: 2 | 3;
  /** Beside the title: a span of time to choose. */
  actions?: ReactNode;
  /** The same for who sees it, in fewer words. */
  words?: string;
  /** What colours and shapes stand for. */
  legend: ReactNode;
  /** What to say instead of the chart when there is nothing to draw. */
  empty: { title: string; text: string } | null;
  /** The same numbers as a table, made when it is asked for. */
  table(): ReactNode;
  /** The drawing itself: it says what of it is for screen readers. */
  children: ReactNode;
};

/** A chart with its title, its legend in words, and the same numbers as a table. */
export function ChartFrame(props: Props) {
  const { title, summary, level = 3, actions, words, legend, empty, table, children } = props;
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
              <span className="max-sm:sr-only">{isTable ? "Chart" : "Table"}</span>
              <span className="sr-only"> of {title}</span>
            </Button>
          )}
        </div>
        {!empty && words && <p className="text-quiet text-xs tabular-nums">{words}</p>}
        {!empty && legend}
      </header>
      <p className="sr-only">{summary}</p>
      {empty && (
        <EmptyState icon={ChartNoAxesColumn} title={empty.title}>
          {empty.text}
        </EmptyState>
      )}
      {!empty && (isTable ? table() : children)}
    </section>
  );
}
