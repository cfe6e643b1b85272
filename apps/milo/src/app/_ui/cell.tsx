import type { ComponentProps } from "react";
import { type CellLook, cellLook } from "./cell-look.ts";
import { classNames } from "./class-names.ts";

type Props = Omit<ComponentProps<"td">, "align"> &
  CellLook & {
    /** The cell that names its row. */
    isRowHead?: boolean;
  };

export function Cell({ align, hideBelow, isTight, isRowHead = false, className, ...rest }: Props) {
  const classes = classNames(cellLook({ align, hideBelow, isTight }), "py-2", className);
  if (isRowHead) return <th {...rest} scope="row" className={classNames(classes, "font-medium")} />;
  return <td {...rest} className={classes} />;
}
