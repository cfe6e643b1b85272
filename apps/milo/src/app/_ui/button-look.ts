import { classNames } from "./class-names.ts";

export type ButtonVariant = "primary" | "secondary" | "ghost" | "danger" | "danger-solid";
export type ButtonSize = "sm" | "md";

const VARIANTS: Readonly<Record<ButtonVariant, string>> = {
  primary: "border-transparent bg-accent text-on-accent shadow-flat hover:bg-accent-strong",
  secondary: "border-line bg-raised text-ink shadow-flat hover:bg-hover",
  ghost: "border-transparent text-quiet hover:bg-hover hover:text-ink",
  danger: "border-line bg-raised text-bad shadow-flat hover:border-bad-line hover:bg-bad-soft",
  "danger-solid": "border-transparent bg-bad text-on-bad shadow-flat hover:bg-bad-strong",
};

/** What cannot be used now is flat and quiet, its text still legible; a ghost, which has no edge, fades instead. */
const UNUSABLE = "cursor-not-allowed border-line border-dashed bg-transparent text-quiet";
const UNUSABLE_GHOST = "cursor-not-allowed border-transparent text-quiet opacity-60";

const SIZES: Readonly<Record<ButtonSize, string>> = {
  sm: "h-7 gap-1.5 px-2.5 text-xs pointer-coarse:h-9",
  md: "h-8 gap-2 px-3 text-sm pointer-coarse:h-10",
};

const SQUARES: Readonly<Record<ButtonSize, string>> = {
  sm: "size-7 pointer-coarse:size-9",
  md: "size-8 pointer-coarse:size-10",
};

type Look = { variant?: ButtonVariant; size?: ButtonSize; isSquare?: boolean; isUnusable?: boolean };

/** The classes of a button, also for a link that looks like one. */
export function buttonLook({ variant = "secondary", size = "md", isSquare, isUnusable }: Look): string {
  return classNames(
    "inline-flex shrink-0 select-none items-center justify-center whitespace-nowrap rounded-md border font-medium",
    "transition-colors duration-100 [&_svg]:size-3.5 [&_svg]:shrink-0",
    isSquare ? SQUARES[size] : SIZES[size],
    isUnusable ? (variant === "ghost" ? UNUSABLE_GHOST : UNUSABLE) : VARIANTS[variant],
  );
}
