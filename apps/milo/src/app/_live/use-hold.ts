"use client";

import { useState } from "react";
import { countChanges, type RowIdentity } from "./hold-rows.ts";

export type Hold<Row> = {
  /** What to show. */
  rows: readonly Row[];
  /** How many rows differ from the newest ones: "4 changes — show". 0 while nothing is held back. */
  changes: number;
  /** Shows the newest rows now, and holds those. */
  show(): void;
};

/**
 * Rows that stand still while `isHeld` (something is selected, a menu is open), so that nothing moves under the pointer.
 * Actions are to look a row up in `latest`: the held one may be over.
 */
export function useHold<Row>(latest: readonly Row[], isHeld: boolean, identity: RowIdentity<Row>): Hold<Row> {
  const [held, setHeld] = useState<readonly Row[] | null>(null);
  if (isHeld && held === null) setHeld(latest);
  if (!isHeld && held !== null) setHeld(null);
  const rows = isHeld ? (held ?? latest) : latest;
  return { rows, changes: countChanges(rows, latest, identity), show: () => setHeld(isHeld ? latest : null) };
}
