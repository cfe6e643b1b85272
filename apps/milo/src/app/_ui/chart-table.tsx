"use client";

import { formatNumber } from "../_format/count.ts";
import { Cell } from "./cell.tsx";
import type { ChartPoint, ChartSeries } from "./chart-series.ts";
import { HeadCell } from "./head-cell.tsx";
import { HeadRow, Row, Table, TableBody } from "./table.tsx";

type Props = {
  label: string;
  series: readonly ChartSeries[];
  points: readonly ChartPoint[];
  formatTime(atMs: number): string;
};

/** The numbers of a chart, newest first. */
export function ChartTable({ label, series, points, formatTime }: Props) {
  return (
    <div className="max-h-72 overflow-y-auto rounded-md border">
      <Table label={label}>
        <HeadRow>
          <HeadCell>Time</HeadCell>
          {series.map((one) => (
            <HeadCell key={one.key} align="end">
              {one.label}
            </HeadCell>
          ))}
        </HeadRow>
        <TableBody>
          {points.toReversed().map((point) => (
            <Row key={point.atMs}>
              <Cell isRowHead>{formatTime(point.atMs)}</Cell>
              {series.map((one) => (
                <Cell key={one.key} align="end">
                  {formatValue(point.values[one.key])}
                </Cell>
              ))}
            </Row>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}

/** `–` where nothing is known. */
export function formatValue(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : formatNumber(value);
}
