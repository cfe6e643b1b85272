"use client";

import * as Primitive from "radix-ui/tabs";
import type { ReactNode } from "react";

type Tab = { value: string; label: ReactNode; content: ReactNode };
type Props = { label: string; tabs: readonly Tab[]; value?: string; onValueChange?(value: string): void };

/** Parts of one thing, one of them in sight. Keeps its own state unless given `value`. */
export function Tabs({ label, tabs, value, onValueChange }: Props) {
  return (
    <Primitive.Root
      value={value}
      defaultValue={value === undefined ? tabs[0]?.value : undefined}
      onValueChange={onValueChange}
    >
      <Primitive.List aria-label={label} className="flex gap-5 overflow-x-auto border-b px-4">
        {tabs.map((tab) => (
          <Primitive.Trigger
            key={tab.value}
            value={tab.value}
            className={
              "-mb-px border-transparent border-b-2 py-2 font-medium text-quiet text-sm hover:text-ink " +
              "focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
            }
          >
            {tab.label}
          </Primitive.Trigger>
        ))}
      </Primitive.List>
      {tabs.map((tab) => (
        <Primitive.Content key={tab.value} value={tab.value} className="p-4 focus-visible:-outline-offset-2">
          {tab.content}
        </Primitive.Content>
      ))}
    </Primitive.Root>
  );
}
