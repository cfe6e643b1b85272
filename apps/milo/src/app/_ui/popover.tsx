"use client";

import * as Primitive from "radix-ui/popover";
import type { ReactElement, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { OVERLAY } from "./overlay-look.ts";

type Props = {
  trigger: ReactElement;
  /** What it is, for screen readers. */
  label: string;
  align?: "start" | "center" | "end";
  children: ReactNode;
};

/** Something small to read or fill in, beside what opens it. */
export function Popover({ trigger, label, align = "start", children }: Props) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          aria-label={label}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={classNames(OVERLAY, "w-72 max-w-[calc(100vw-1rem)] p-4")}
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
