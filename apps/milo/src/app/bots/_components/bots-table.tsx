"use client";

import { useTable } from "@tanstack/react-table";
import type { ListedBot } from "#server/api/services/bot-list.ts";
import { nameBot } from "../../_format/bot-id.ts";
import { Cell } from "../../_ui/cell.tsx";
import { Checkbox } from "../../_ui/checkbox.tsx";
import { HeadCell } from "../../_ui/head-cell.tsx";
import { HeadRow, Row, Table, TableBody } from "../../_ui/table.tsx";
import { botsColumns, botsFeatures } from "./bots-columns.tsx";

type Props = {
  bots: readonly ListedBot[];
  selected: ReadonlySet<number>;
  onSelect(ids: ReadonlySet<number>): void;
};

/** Bots, a row each, to be selected and opened. */
export function BotsTable({ bots, selected, onSelect }: Props) {
  const table = useTable({
    features: botsFeatures,
    columns: botsColumns,
    data: bots,
    getRowId: (bot) => String(bot.id),
  });
  const isAll = bots.every(({ id }) => selected.has(id));
  const toggle = (id: number, isOn: boolean) => {
    const next = new Set(selected);
    if (isOn) next.add(id);
    else next.delete(id);
    onSelect(next);
  };
  return (
    <Table label="Bots">
      <HeadRow>
        <HeadCell isTight>
          <Checkbox
            checked={isAll || (selected.size > 0 && "indeterminate")}
            onCheckedChange={(isOn) => onSelect(new Set(isOn ? bots.map(({ id }) => id) : []))}
            label="Select all bots of this page"
            isLabelHidden
          />
        </HeadCell>
        {table.getHeaderGroups().flatMap((group) =>
          group.headers.map((header) => {
            const { align, hideBelow, isTight, className } = header.column.columnDef.meta ?? {};
            return (
              <HeadCell key={header.id} align={align} hideBelow={hideBelow} isTight={isTight} className={className}>
                <table.FlexRender header={header} />
              </HeadCell>
            );
          }),
        )}
      </HeadRow>
      <TableBody>
        {table.getRowModel().rows.map((row) => (
          <Row key={row.id} isSelected={selected.has(row.original.id)}>
            <Cell isTight>
              <Checkbox
                checked={selected.has(row.original.id)}
                onCheckedChange={(isOn) => toggle(row.original.id, isOn)}
                label={`Select ${nameBot(row.original.id, "within")}, ${row.original.name}`}
                isLabelHidden
              />
            </Cell>
            {row.getAllCells().map((cell) => (
              <Cell key={cell.id} {...cell.column.columnDef.meta}>
                <table.FlexRender cell={cell} />
              </Cell>
            ))}
          </Row>
        ))}
      </TableBody>
    </Table>
  );
}
