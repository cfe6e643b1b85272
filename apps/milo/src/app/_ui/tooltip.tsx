"use client";

import * as Primitive from "radix-ui/tooltip";
import type { ReactElement, ReactNode } from "react";

type Props = {
  text: ReactNode;
  /** One element that takes the focus. */
  children: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
};

/** A line of explanation on hover and focus. Nothing may be said only here. */
export function Tooltip({ text, children, side = "top" }: Props) {
  return (
    <Primitive.Provider delayDuration={250}>
      <Primitive.Root>
        <Primitive.Trigger asChild>{children}</Primitive.Trigger>
        <Primitive.Portal>
          <Primitive.Content
            side={side}
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-72 animate-fade rounded-md bg-ink px-2.5 py-1.5 text-page text-xs shadow-raised"
          >
            {text}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
