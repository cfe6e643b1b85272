/** How many rows came, went or say something else; when none did, how many stand in another place. */
export function countChanged<Row>(
  held: readonly Row[],
  latest: readonly Row[],
  { keyOf, printOf }: { keyOf(row: Row): string | number; printOf(row: Row): string },
): number {
  if (held === latest) return 0;
  const before = new Map(held.map((row) => [keyOf(row), printOf(row)]));
  const after = new Set(latest.map(keyOf));
  const gone = held.filter((row) => !after.has(keyOf(row))).length;
  const changed = latest.filter((row) => before.get(keyOf(row)) !== printOf(row)).length;
  if (gone + changed > 0) return gone + changed;
  return latest.filter((row, place) => keyOf(row) !== keyOf(held[place] ?? row)).length;
}
