import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";

type TableProps = {
  /** What it lists: the name of the table, and of the region that scrolls. */
  label: string;
  /** Its HeadRow, then a TableBody. */
  children: ReactNode;
  /** Under this width it scrolls sideways. */
  minWidth?: "sm" | "md" | "lg";
  /** `box`: it scrolls in itself and its head stays; `page`: as high as its rows. */
  height?: "page" | "box";
};

const MIN_WIDTHS = { sm: "min-w-[28rem]", md: "min-w-[40rem]", lg: "min-w-[56rem]" } as const;

/** A table in a region that scrolls, and that the keyboard can reach to scroll it. */
export function Table({ label, children, minWidth, height = "page" }: TableProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
      tabIndex={0}
      className={classNames(
        "relative min-w-0 overflow-x-auto focus-visible:-outline-offset-2",
        height === "box" && "max-h-[min(70dvh,40rem)] overflow-y-auto overscroll-contain",
      )}
    >
      <table
        aria-label={label}
        className={classNames(
          "w-full border-separate border-spacing-0 text-left text-sm",
          minWidth && MIN_WIDTHS[minWidth],
        )}
      >
        {children}
      </table>
    </section>
  );
}

export function HeadRow({ children }: { children: ReactNode }) {
  return (
    <thead>
      <tr>{children}</tr>
    </thead>
  );
}

export function TableBody({ children }: { children: ReactNode }) {
  return <tbody className="[&>tr:last-child>*]:border-b-0">{children}</tbody>;
}

type RowProps = ComponentProps<"tr"> & { isSelected?: boolean };

export function Row({ isSelected, className, ...rest }: RowProps) {
  return (
    <tr
      {...rest}
      aria-selected={isSelected}
      className={classNames("group/row", isSelected ? "bg-accent-soft" : "hover:bg-hover", className)}
    />
  );
}
