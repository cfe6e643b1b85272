"use client";

import * as Primitive from "radix-ui/radio-group";
import type { ReactNode } from "react";

type Option<Value extends string> = { value: Value; label: string; icon?: ReactNode };
type Props<Value extends string> = {
  /** What is chosen, for screen readers. */
  label: string;
  value: NoInfer<Value>;
  onValueChange(value: NoInfer<Value>): void;
  options: readonly Option<Value>[];
};

/** One of a few, all of them in sight: a span of time, a way to look at things. Arrow keys move within it. */
export function SegmentedControl<Value extends string>({ label, value, onValueChange, options }: Props<Value>) {
  return (
    <Primitive.Root
      aria-label={label}
      value={value}
      onValueChange={(next) => onValueChange(next as Value)}
      orientation="horizontal"
      className="inline-flex h-8 items-center gap-0.5 rounded-md border bg-sunken p-0.5 pointer-coarse:h-10"
    >
      {options.map((option) => (
        <Primitive.Item
          key={option.value}
          value={option.value}
          className={
            "flex h-full items-center gap-1.5 rounded-sm border border-transparent px-2.5 font-medium text-quiet text-xs " +
            "hover:text-ink data-[state=checked]:border-line data-[state=checked]:bg-raised " +
            "data-[state=checked]:text-ink data-[state=checked]:shadow-flat [&_svg]:size-3.5"
          }
        >
          {option.icon}
          {option.label}
        </Primitive.Item>
      ))}
    </Primitive.Root>
  );
}
