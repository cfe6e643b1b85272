"use client";

import { Slot } from "radix-ui/slot";
import * as Primitive from "radix-ui/tooltip";
import { type ComponentProps, type ReactElement, type ReactNode, useState } from "react";

type Props = {
  /** Null: nothing is to be explained now. */
  text: ReactNode;
  /** One element that takes the focus. */
  children: ReactElement;
  side?: "top" | "bottom" | "left" | "right";
};

/** A line of explanation on hover and focus. Nothing may be said only here. */
export function Tooltip({ text, children, side = "top" }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Primitive.Provider delayDuration={250}>
      <Primitive.Root open={isOpen && text !== null} onOpenChange={setOpen}>
        <Primitive.Trigger asChild>
          <Undescribed>{children}</Undescribed>
        </Primitive.Trigger>
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

/** Takes the tooltip off the child's description: the child says the same itself, and would be read twice. */
function Undescribed({ "aria-describedby": _, children, ...props }: ComponentProps<"span">) {
  return <Slot {...props}>{children}</Slot>;
}
