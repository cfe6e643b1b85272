"use client";

import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import type { ReactNode } from "react";
import { type CellLook, cellLook } from "./cell-look.ts";
import { classNames } from "./class-names.ts";

type Props = CellLook & {
  children: ReactNode;
  /** Present when the column can be sorted by; `none` while another one is. */
  sort?: "ascending" | "descending" | "none";
  onSort?(): void;
  className?: string;
};

const ARROWS = { ascending: ArrowUp, descending: ArrowDown, none: ChevronsUpDown } as const;

/** The head of a column; a button in it sorts. It stays in sight while its table scrolls. */
export function HeadCell({ children, sort, onSort, align, hideBelow, isTight, className }: Props) {
  const Arrow = sort && ARROWS[sort];
  return (
    <th
      scope="col"
      aria-sort={sort}
      className={classNames(
        cellLook({ align, hideBelow, isTight }),
        "sticky top-0 z-10 h-8 whitespace-nowrap bg-sunken font-medium text-quiet text-xs",
        className,
      )}
    >
      {Arrow ? (
        <button
          type="button"
          onClick={onSort}
          className={classNames(
            "-mx-1.5 inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 hover:bg-hover hover:text-ink",
            sort !== "none" && "text-ink",
          )}
        >
          {children}
          <Arrow aria-hidden className="size-3" />
        </button>
      ) : (
        children
      )}
    </th>
  );
}
