"use client";

import { Cell } from "../../_ui/cell.tsx";
import { HeadCell } from "../../_ui/head-cell.tsx";
import { HeadRow, Row, Table, TableBody } from "../../_ui/table.tsx";
import type { ColumnLooks, PageTable } from "./table-features.ts";

type Props<Item extends object> = {
  label: string;
  table: PageTable<Item>;
  looks: ColumnLooks;
  minWidth?: "sm" | "md" | "lg";
  /** A narrow screen does without the rows after so many. */
  narrowRows?: number;
};

const ARIA_SORT = { asc: "ascending", desc: "descending" } as const;

/** Draws a table's rows with the parts of the kit. */
export function DataTable<Item extends object>({
  label,
  table,
  looks,
  minWidth,
  narrowRows = Number.POSITIVE_INFINITY,
}: Props<Item>) {
  return (
    <Table label={label} minWidth={minWidth}>
      {table.getHeaderGroups().map((group) => (
        <HeadRow key={group.id}>
          {group.headers.map((header) => {
            const { isRowHead: _, className: __, ...look } = looks[header.column.id] ?? {};
            const sorted = header.column.getIsSorted();
            return (
              <HeadCell
                key={header.id}
                {...look}
                sort={header.column.getCanSort() ? (sorted ? ARIA_SORT[sorted] : "none") : undefined}
                onSort={() => header.column.toggleSorting(sorted === "asc")}
              >
                <table.FlexRender header={header} />
              </HeadCell>
            );
          })}
        </HeadRow>
      ))}
      <TableBody>
        {table.getRowModel().rows.map((row, place) => (
          <Row
            key={row.id}
            isSelected={row.getIsSelected()}
            className={place < narrowRows ? undefined : "max-md:hidden"}
          >
            {row.getAllCells().map((cell) => (
              <Cell key={cell.id} {...looks[cell.column.id]}>
                <table.FlexRender cell={cell} />
              </Cell>
            ))}
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
