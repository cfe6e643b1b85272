"use client";

import { Check, Minus } from "lucide-react";
import * as Primitive from "radix-ui/checkbox";
import { useId } from "react";
import { classNames } from "./class-names.ts";

type Props = {
  checked: boolean | "indeterminate";
  onCheckedChange(checked: boolean): void;
  label: string;
  /** Spoken only: the row or column that it stands in says the rest. */
  isLabelHidden?: boolean;
  disabledReason?: string | null;
};

/** Yes or no; or, for the head of a list, some. */
export function Checkbox({ checked, onCheckedChange, label, isLabelHidden = false, disabledReason }: Props) {
  const id = useId();
  const reasonId = useId();
  return (
    <span className="inline-flex items-center gap-2 align-middle">
      <Primitive.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => !disabledReason && onCheckedChange(next === true)}
        aria-label={isLabelHidden ? label : undefined}
        aria-disabled={disabledReason ? true : undefined}
        aria-describedby={disabledReason ? reasonId : undefined}
        title={disabledReason ?? undefined}
        className={classNames(
          "relative flex size-4 shrink-0 items-center justify-center rounded-sm border border-line-strong bg-raised",
          // A larger place to hit than to see.
          "after:-inset-2 after:absolute after:content-['']",
          "data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=checked]:text-on-accent",
          "data-[state=indeterminate]:border-accent data-[state=indeterminate]:text-accent",
          "aria-disabled:border-dashed aria-disabled:bg-sunken",
        )}
      >
        <Primitive.Indicator>
          {checked === "indeterminate" ? (
            <Minus aria-hidden className="size-3" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3" strokeWidth={3} />
          )}
        </Primitive.Indicator>
      </Primitive.Root>
      {!isLabelHidden && (
        <label htmlFor={id} className="text-sm">
          {label}
        </label>
      )}
      {disabledReason && (
        <span id={reasonId} hidden>
          {disabledReason}
        </span>
      )}
    </span>
  );
}
