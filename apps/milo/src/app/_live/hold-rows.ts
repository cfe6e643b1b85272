/** How rows are told apart, and what of each matters: what `printOf` leaves out, such as a countdown, is no change. */
export type RowIdentity<Row> = { keyOf(row: Row): string | number; printOf(row: Row): string };

/** How many rows came, went or say something else; when none did, how many stand in another place. */
export function countChanges<Row>(
  held: readonly Row[],
  latest: readonly Row[],
  { keyOf, printOf }: RowIdentity<Row>,
): number {
  if (held === latest) return 0;
  const before = new Map(held.map((row) => [keyOf(row), printOf(row)]));
  const after = new Set(latest.map(keyOf));
  const gone = held.filter((row) => !after.has(keyOf(row))).length;
  const changed = latest.filter((row) => before.get(keyOf(row)) !== printOf(row)).length;
  if (gone + changed > 0) return gone + changed;
  return latest.filter((row, place) => keyOf(row) !== keyOf(held[place] ?? row)).length;
}
