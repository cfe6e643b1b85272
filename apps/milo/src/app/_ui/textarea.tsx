import type { ComponentProps } from "react";
import { classNames } from "./class-names.ts";
import { INPUT_LOOK } from "./input-look.ts";

/** Several lines of text. */
export function Textarea({ className, rows = 4, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} rows={rows} className={classNames(INPUT_LOOK, "resize-y py-1.5", className)} />;
}
