/** Rows that stand still, and how many differ from what they would be by now. */
export type HeldRows<Row> = { rows: readonly Row[]; changes: number };

/** How many rows came, went, moved to another place or differ. Equal rows are the same object (see `keepEqual`). */
export function countChanges<Row>(
  held: readonly Row[],
  latest: readonly Row[],
  keyOf: (row: Row) => string | number,
): number {
  if (held === latest) return 0;
  const before = new Map(held.map((row) => [keyOf(row), row]));
  const after = new Set(latest.map(keyOf));
  const gone = held.filter((row) => !after.has(keyOf(row))).length;
  const changed = latest.filter((row) => before.get(keyOf(row)) !== row).length;
  if (gone + changed > 0) return gone + changed;
  return latest.filter((row, place) => held[place] !== row).length;
}
