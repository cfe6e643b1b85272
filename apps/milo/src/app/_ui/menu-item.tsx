"use client";

import { Check } from "lucide-react";
import * as Primitive from "radix-ui/dropdown-menu";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";

const ROW = "flex w-full items-start gap-2 rounded-sm px-2 py-1.5 outline-none data-[highlighted]:bg-hover";
const ICON = "[&_svg]:mt-0.5 [&_svg]:size-4 [&_svg]:shrink-0";

type ItemProps = {
  children: ReactNode;
  icon?: ReactNode;
  onSelect(): void;
  /** Why it cannot be chosen now: shown below it and spoken, and it can still be reached. */
  disabledReason?: string | null;
  tone?: "bad";
};

export function MenuItem({ children, icon, onSelect, disabledReason, tone }: ItemProps) {
  return (
    <Primitive.Item
      aria-disabled={disabledReason ? true : undefined}
      onSelect={(event) => (disabledReason ? event.preventDefault() : onSelect())}
      className={classNames(
        ROW,
        ICON,
        disabledReason ? "cursor-not-allowed text-quiet" : tone === "bad" ? "text-bad" : "text-ink",
      )}
    >
      {icon}
      <span>
        {children}
        {disabledReason && <span className="block text-xs">{disabledReason}</span>}
      </span>
    </Primitive.Item>
  );
}

type CheckboxItemProps = { children: ReactNode; checked: boolean; onCheckedChange(checked: boolean): void };

/** A choice of several; the menu stays open, so that the next one is at hand. */
export function MenuCheckboxItem({ children, checked, onCheckedChange }: CheckboxItemProps) {
  return (
    <Primitive.CheckboxItem
      checked={checked}
      onCheckedChange={onCheckedChange}
      onSelect={(event) => event.preventDefault()}
      className={classNames(ROW, "cursor-pointer pl-8", "relative")}
    >
      <Primitive.ItemIndicator className="absolute top-2 left-2 text-accent">
        <Check aria-hidden className="size-4" />
      </Primitive.ItemIndicator>
      {children}
    </Primitive.CheckboxItem>
  );
}
