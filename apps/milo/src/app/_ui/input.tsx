import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { INPUT_LOOK } from "./input-look.ts";

type Props = ComponentProps<"input"> & { icon?: ReactNode };

/** A line of text. Its name comes from a Field, or from aria-label where a placeholder stands beside an icon. */
export function Input({ icon, className, ...rest }: Props) {
  const input = (
    <input
      {...rest}
      className={classNames(INPUT_LOOK, "h-8 pointer-coarse:h-10", icon ? "pl-8" : undefined, className)}
    />
  );
  if (!icon) return input;
  return (
    <span className="relative block min-w-0">
      <span
        aria-hidden
        className="pointer-events-none absolute inset-y-0 left-2.5 flex items-center text-quiet [&_svg]:size-3.5"
      >
        {icon}
      </span>
      {input}
    </span>
  );
}
