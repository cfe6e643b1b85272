import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { SOFT_TONE, TEXT_TONE, type Tone } from "./tone.ts";

type Props = {
  children: ReactNode;
  tone?: Tone;
  icon?: LucideIcon;
  /** `plain`, for dense tables: only the icon has the colour. */
  look?: "soft" | "plain";
  className?: string;
};

/** A word or two of state; the colour only repeats what word and icon say. */
export function Badge({ children, tone = "neutral", icon: Icon, look = "soft", className }: Props) {
  const isSoft = look === "soft";
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1.5 whitespace-nowrap align-top",
        isSoft ? `h-5.5 rounded-sm border px-1.5 font-medium text-xs ${SOFT_TONE[tone]}` : "text-ink",
        className,
      )}
    >
      {Icon && (
        <Icon aria-hidden className={classNames("shrink-0", isSoft ? "size-3" : `size-3.5 ${TEXT_TONE[tone]}`)} />
      )}
      {children}
    </span>
  );
}
