"use client";

import * as Primitive from "radix-ui/dropdown-menu";
import type { ReactElement, ReactNode } from "react";
import { OVERLAY } from "./overlay-look.ts";

type Props = {
  trigger: ReactElement;
  align?: "start" | "center" | "end";
  children: ReactNode;
};

/** A list of actions or choices, opened by a button. Holds MenuItem, MenuCheckboxItem, MenuLabel, MenuSeparator. */
export function Menu({ trigger, align = "end", children }: Props) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content align={align} sideOffset={4} collisionPadding={8} className={`${OVERLAY} min-w-44 max-w-72`}>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return <Primitive.Label className="px-2 pt-1.5 pb-1 text-quiet text-xs">{children}</Primitive.Label>;
}

export function MenuSeparator() {
  return <Primitive.Separator className="-mx-1 my-1 border-t" />;
}
