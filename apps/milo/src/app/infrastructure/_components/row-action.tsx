import type { LucideIcon } from "lucide-react";
import type { CellLook } from "../../_ui/cell-look.ts";
import { IconButton } from "../../_ui/icon-button.tsx";

/** The last column of a table: what may be done to one row. */
export const ACTION_LOOK: CellLook = { isTight: true, align: "end" };

export function ActionHead() {
  return <span className="sr-only">Actions</span>;
}

type Props = {
  /** What it does, and to which row. */
  label: string;
  icon: LucideIcon;
  /** Null when it can be done. */
  whyNot: string | null;
  onClick(): void;
};

/** What may be done to one row; when it cannot, it says why. */
export function RowAction({ label, icon: Icon, whyNot, onClick }: Props) {
  return <IconButton size="sm" label={label} icon={<Icon aria-hidden />} disabledReason={whyNot} onClick={onClick} />;
}
