import { classNames } from "./class-names.ts";

export type CellLook = {
  /** Numbers end below one another. */
  align?: "start" | "end";
  /** What a narrow screen does without: under this width the column is left out, head and cells alike. */
  hideBelow?: "sm" | "md" | "lg" | "xl";
  /** As narrow as what it holds. */
  isTight?: boolean;
};

const HIDDEN = {
  sm: "max-sm:hidden",
  md: "max-md:hidden",
  lg: "max-lg:hidden",
  xl: "max-xl:hidden",
} as const;

export function cellLook({ align, hideBelow, isTight }: CellLook): string {
  return classNames(
    "border-b px-3 first:pl-4 last:pr-4",
    align === "end" && "text-right tabular-nums",
    hideBelow && HIDDEN[hideBelow],
    isTight && "w-px whitespace-nowrap",
  );
}
